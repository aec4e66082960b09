# What admins are told about the mood of their group. $before and $after are levels as telling-level says them.

telling-level = { $score } ({ $word })
telling-shift =
    { $direction ->
        [up] 📈 <b>The mood in { $title } has risen.</b>
       *[down] 📉 <b>The mood in { $title } has fallen.</b>
    }

    It began on { $since }: from { $before } to { $after }, on a scale from −100 to +100.

    { $sure ->
        [very] This is almost certainly more than chance: the change is { $times } times the usual ups and downs of the group’s days, and it
        [fairly] This is probably more than chance: the change is { $times } times the usual ups and downs of the group’s days, and it
       *[little] This may be more than chance: the change is about as large as the usual ups and downs of the group’s days, but it
    } had lasted for { $days ->
        [one] { $days } day
       *[other] { $days } days
    } when I noticed it. In a year in which nothing happens, chance alone looks like this about once.

    I do not know why. I only notice how messages sound, not what happened; and this is about the group as a whole, not about anybody in particular.
telling-digest = 🗞 <b>{ $title }</b>, { $period }
telling-instead = This was meant for the group, but I may not write there. That is why it comes to you.
telling-month = 📈 See the month
telling-stop-shift = 🔕 Stop these alerts
telling-stop-digest = 🔕 Stop these digests
telling-stop-me = Only for me
telling-stop-all = For all admins of the group
telling-back = ‹ Back
telling-again = 🔔 Send them to me again
telling-stopped-me-shift = 🔕 You get no more alerts about this group. The other admins still do.
telling-stopped-me-digest = 🔕 You get no more digests of this group. Others still do.
telling-stopped-all-shift = 🔕 Nobody gets alerts about this group any more. The settings switch them on again.
telling-stopped-all-digest = 🔕 This group has no digest any more. The settings switch it on again.
telling-goes-on-shift = 🔔 You get alerts about this group again.
telling-goes-on-digest = 🔔 You get digests of this group again.
