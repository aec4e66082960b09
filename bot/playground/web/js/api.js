// The people's side of the playground (docs/playground.md), one function a call.

/** A call that did not work. `status` is 0 when the server did not answer at all. */
export class ApiError extends Error {
  constructor(message, status) {
    super(message);
    this.status = status;
  }
}

async function call(method, path, body) {
  let response;
  try {
    response = await fetch("/play" + path, {
      method,
      headers: body === undefined ? {} : { "Content-Type": "application/json" },
      body: body === undefined ? undefined : JSON.stringify(body),
    });
  } catch {
    throw new ApiError("", 0);
  }
  const data = await response.json().catch(() => null);
  if (!response.ok) throw new ApiError(data?.error ?? `HTTP ${response.status}`, response.status);
  return data;
}

const query = (values) => {
  const given = Object.entries(values).filter(([, value]) => value !== undefined && value !== null);
  return given.length ? "?" + new URLSearchParams(given) : "";
};

export const api = {
  state: (language) => call("GET", "/state" + query({ language_code: language })),
  messages: (chat, { after, before, limit } = {}) => call("GET", `/chats/${chat}/messages` + query({ after, before, limit })),
  addPerson: (fields) => call("POST", "/people", fields),
  changePerson: (id, fields) => call("PATCH", `/people/${id}`, fields),
  addChat: (fields) => call("POST", "/chats", fields),
  setMember: (chat, person, status, by) => call("POST", `/chats/${chat}/members`, { person, status, by }),
  press: (chat, from, message_id, data) => call("POST", `/chats/${chat}/press`, { from, message_id, data }),
  react: (chat, from, message_id, emoji) => call("POST", `/chats/${chat}/react`, { from, message_id, emoji }),
  edit: (chat, message_id, fields) => call("POST", `/chats/${chat}/messages/${message_id}/edit`, fields),
  remove: (chat, message_id, from) => call("POST", `/chats/${chat}/messages/${message_id}/delete`, { from }),
  forward: (chat, from, source, message_ids) => call("POST", `/chats/${chat}/forward`, { from, source, message_ids }),
  vote: (chat, from, message_id, options) => call("POST", `/chats/${chat}/vote`, { from, message_id, options }),
  stop: (chat, from, draft_id) => call("POST", `/chats/${chat}/stop`, { from, draft_id }),
  mood: (chat, asked) => call("GET", `/mood/${chat}` + query(asked)),
  sendText: (chat, fields) => call("POST", `/chats/${chat}/messages`, fields),
  sendFiles,
};

export const moodUrl = (chat, asked) => `/play/mood/${chat}/picture.png` + query(asked);

export const fileUrl = (fileId, download = false) => `/play/files/${encodeURIComponent(fileId)}${download ? "?download=1" : ""}`;

/** Sends files with progress (fetch cannot tell it). Resolves to the message; `signal` stops the upload. */
function sendFiles(chat, fields, files, { onprogress, signal } = {}) {
  const form = new FormData();
  for (const [name, value] of Object.entries(fields)) if (value !== undefined && value !== null && value !== "") form.append(name, value);
  for (const file of files) form.append("file", file, file.name || "file");
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open("POST", `/play/chats/${chat}/messages`);
    request.responseType = "json";
    request.upload.onprogress = (event) => event.lengthComputable && onprogress?.(event.loaded / event.total);
    request.onload = () => {
      if (request.status >= 200 && request.status < 300) resolve(request.response);
      else reject(new ApiError(request.response?.error ?? `HTTP ${request.status}`, request.status));
    };
    request.onerror = () => reject(new ApiError("", 0));
    request.onabort = () => reject(new DOMException("stopped", "AbortError"));
    signal?.addEventListener("abort", () => request.abort());
    request.send(form);
  });
}
