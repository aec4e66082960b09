photo-sure = Looks like this: { $label } ({ $percent }%).
photo-maybe = Perhaps this is it: { $label } ({ $percent }%), though I am not sure.
photo-unsure = Hard to say. It reminds me most of this: { $label } ({ $percent }%).
photo-line = • { $label } — { $percent }%
photo-memory = [photo: { $seen }]
photo-chart-title = What is on the photo
