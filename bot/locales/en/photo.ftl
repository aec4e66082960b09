photo-sure = I see: { $label } ({ $percent }%).
photo-maybe = Perhaps this is it: { $label } ({ $percent }%), but I am not sure.
photo-unsure = Hard to say. This comes closest: { $label } ({ $percent }%).
photo-line = • { $label } — { $percent }%
photo-memory = [photo: { $seen }]
photo-chart-title = What is in the photo
