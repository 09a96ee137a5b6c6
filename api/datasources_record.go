package api

import (
	"hash/crc32"

	"picket/alertcore"
	"picket/alertcore/tracked"
)

// sourceObject returns the record of a source: Kismet's fields in Kismet's
// order, then ours. What picket has no use for is there with what says so: it
// has no remote sources and no helper processes, and hops by a plan of its
// own. now is in seconds.
func sourceObject(d *Datasource, now uint64) tracked.Object {
	label := func(name, description, text string) tracked.Member {
		return tracked.Member{Name: name, Description: description, Value: tracked.String(text)}
	}
	number := func(name, description string, n uint64) tracked.Member {
		return tracked.Member{Name: name, Description: description, Value: tracked.Uint(tracked.TypeUint32, n)}
	}
	count := func(name, description string, n uint64) tracked.Member {
		return tracked.Member{Name: name, Description: description, Value: tracked.Uint(tracked.TypeUint64, n)}
	}
	double := func(name, description string, f float64) tracked.Member {
		return tracked.Member{Name: name, Description: description, Value: tracked.Double(f)}
	}
	return tracked.Object{
		count("kismet.datasource.source_number", "Number of the source", uint64(d.Number)),
		number("kismet.datasource.source_key", "Checksum of the UUID", uint64(crc32.ChecksumIEEE([]byte(d.UUID)))),
		flag("kismet.datasource.cmd_pending", "A command is under way", false),
		flag("kismet.datasource.paused", "Frames are thrown away", d.Paused),
		label("kismet.datasource.ipc_binary", "Helper process", ""),
		{Name: "kismet.datasource.ipc_pid", Description: "Process ID of the helper", Value: tracked.Int(tracked.TypeInt64, 0)},
		flag("kismet.datasource.running", "Source is running", d.Running),
		label("kismet.datasource.datasource_version", "Version of the helper", ""),
		label("kismet.datasource.remote_ip", "Address of a remote source", ""),
		flag("kismet.datasource.remote", "Source is on another machine", false),
		flag("kismet.datasource.passive", "Source has no interface", false),
		label("kismet.datasource.name", "Name", d.Name),
		{Name: "kismet.datasource.uuid", Description: "UUID", Value: tracked.UUID(d.UUID)},
		label("kismet.datasource.definition", "Definition as configured", d.Definition),
		label("kismet.datasource.interface", "Interface of the definition", d.Interface),
		label("kismet.datasource.capture_interface", "Interface that frames come from", d.CaptureInterface),
		label("kismet.datasource.hardware", "Hardware", d.Hardware),
		number("kismet.datasource.dlt", "Link type", uint64(d.LinkType)),
		label("kismet.datasource.warning", "What is not as it should be", d.Warning),
		list("kismet.datasource.channels", "Channels that can be tuned to", d.Channels),
		flag("kismet.datasource.hopping", "Source hops", d.Hopping),
		label("kismet.datasource.channel", "Channel now", d.Channel),
		double("kismet.datasource.hop_rate", "Channels per second", d.HopRate),
		list("kismet.datasource.hop_channels", "Channels hopped over", d.HopChannels),
		flag("kismet.datasource.hop_split", "Sources share the list of channels", false),
		number("kismet.datasource.hop_offset", "Place in the list to start from", 0),
		flag("kismet.datasource.hop_shuffle", "List is walked with a stride", false),
		number("kismet.datasource.hop_shuffle_skip", "Stride", 0),
		flag("kismet.datasource.error", "Source has failed", d.Error != ""),
		label("kismet.datasource.error_reason", "Why it has failed", d.Error),
		count("kismet.datasource.num_packets", "Frames", d.Packets),
		count("kismet.datasource.num_error_packets", "Damaged frames", d.BadPackets),
		{Name: "kismet.datasource.packets_rrd", Description: "frames per second", Value: d.PacketRate.Value(int64(now))},
		{Name: "kismet.datasource.packets_datasize_rrd", Description: "bytes per second", Value: d.ByteRate.Value(int64(now))},
		flag("kismet.datasource.retry", "Source is opened again after a failure", d.Retry),
		number("kismet.datasource.retry_attempts", "Failed attempts since it last ran", d.RetryAttempts),
		number("kismet.datasource.total_retry_attempts", "Failed attempts", d.TotalRetries),
		label("kismet.datasource.info.antenna_type", "Type of antenna", ""),
		double("kismet.datasource.info.antenna_gain", "Gain of antenna (dB)", 0),
		double("kismet.datasource.info.antenna_orientation", "Orientation of antenna", 0),
		double("kismet.datasource.info.antenna_beamwidth", "Beam width of antenna", 0),
		label("kismet.datasource.info.amp_type", "Type of amplifier", ""),
		double("kismet.datasource.info.amp_gain", "Gain of amplifier (dB)", 0),
		number("kismet.datasource.linktype_override", "Link type in place of the source's own", 0),
		{Name: "kismet.datasource.type_driver", Description: "Driver of the source", Value: tracked.Nested(driverOf(d.Type).object())},
		count("picket.datasource.kernel_drops", "Frames that came faster than they were read", d.KernelDrops),
		double("picket.datasource.last_frame", "Capture time of the newest frame, 0 if there is none", lastFrame(d)),
		count("picket.datasource.retuned", "Times that others changed the channel", d.Retuned),
		{Name: "picket.datasource.watched", Description: "Seconds that each channel was listened to in the last minute", Value: watched(d.Watched)},
	}
}

func flag(name, description string, on bool) tracked.Member {
	var n uint64
	if on {
		n = 1
	}
	return tracked.Member{Name: name, Description: description, Value: tracked.Uint(tracked.TypeUint8, n)}
}

func list(name, description string, texts []string) tracked.Member {
	values := make([]tracked.Value, len(texts))
	for i, t := range texts {
		values[i] = tracked.String(t)
	}
	return tracked.Member{Name: name, Description: description, Value: tracked.Vector(values)}
}

func lastFrame(d *Datasource) float64 {
	if d.LastFrame.IsZero() {
		return 0
	}
	return alertcore.MicrosOf(d.LastFrame).Seconds()
}

func watched(channels []ChannelTime) tracked.Value {
	var o tracked.Object
	for _, c := range channels {
		o = append(o, tracked.Member{Name: c.Channel, Value: tracked.Double(c.Seconds)})
	}
	return tracked.Strings(o)
}

// A driver is a type of sources.
type driver struct{ name, description string }

var drivers = [...]driver{
	{name: "linuxwifi", description: "Wi-Fi adapter in monitor mode"},
	{name: "pcapfile", description: "Capture file in the format of pcap or pcapng"},
}

func driverOf(name string) driver {
	for _, d := range drivers {
		if d.name == name {
			return d
		}
	}
	return driver{name: name}
}

func (d driver) object() tracked.Object {
	return tracked.Object{
		{Name: "kismet.datasource.driver.type", Description: "Type", Value: tracked.String(d.name)},
		{Name: "kismet.datasource.driver.description", Description: "Description", Value: tracked.String(d.description)},
	}
}
