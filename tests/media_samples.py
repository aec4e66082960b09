"""Files that tests send: from packages, from the shared samples where there are any, or made here."""

from __future__ import annotations

from pathlib import Path

import av

SAMPLES = Path(__file__).parents[2] / "shared" / "samples"


def as_opus(source: Path, target: Path) -> Path:
    """A recording as Telegram's clients send voice messages: Opus in Ogg, 48 kHz mono."""
    with av.open(str(source)) as read, av.open(str(target), "w", format="ogg") as write:
        stream = write.add_stream("libopus", rate=48_000, layout="mono")
        resampler = av.AudioResampler("flt", "mono", 48_000)
        for frame in read.decode(audio=0):
            for piece in resampler.resample(frame):
                write.mux(stream.encode(piece))
        for piece in resampler.resample(None):
            write.mux(stream.encode(piece))
        write.mux(stream.encode(None))
    return target


def cat_picture(folder: Path) -> Path:
    """scikit-image's picture of the cat Chelsea."""
    from PIL import Image
    from skimage import data

    path = folder / "cat.png"
    Image.fromarray(data.chelsea()).save(path)
    return path


def beginning(source: Path, target: Path, seconds: float) -> Path:
    """The first seconds of a film, picture and sound as they are there."""
    with av.open(str(source)) as read, av.open(str(target), "w") as write:
        copies = {stream: write.add_stream_from_template(stream) for stream in read.streams}
        for packet in read.demux():
            if packet.dts is not None and packet.dts * packet.time_base < seconds:
                packet.stream = copies[packet.stream]
                write.mux(packet)
    return target


def silent_film(target: Path, frames: int = 5) -> Path:
    """A short H.264 film without sound, 64x48."""
    with av.open(str(target), "w", format="mp4") as write:
        stream = write.add_stream("libx264", rate=10)
        stream.width, stream.height, stream.pix_fmt = 64, 48, "yuv420p"
        for number in range(frames):
            frame = av.VideoFrame(64, 48, "yuv420p")
            for plane in frame.planes:
                plane.update(bytes([40 * number % 255]) * plane.buffer_size)
            write.mux(stream.encode(frame))
        write.mux(stream.encode(None))
    return target
