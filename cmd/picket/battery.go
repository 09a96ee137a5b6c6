package main

import (
	"io/fs"
	"strconv"
	"strings"
	"time"

	"picket/api"
)

// readBattery tells of the machine's battery by the files of the kernel's power
// supplies (Documentation/ABI/testing/sysfs-class-power), nil if there is none.
// Of several the first counts. sys is /sys.
func readBattery(sys fs.FS) *api.Battery {
	folders, _ := fs.Glob(sys, "class/power_supply/*")
	var battery *api.Battery
	fed, feeds := false, false // by something else, which is there
	for _, folder := range folders {
		supply := powerSupply{sys, folder}
		switch kind := supply.text("type"); {
		case supply.text("scope") == "Device": // a mouse's
		case kind == "Battery" && battery == nil:
			battery = supply.battery()
		case kind == "Mains" || strings.HasPrefix(kind, "USB") || kind == "Wireless":
			feeds = true
			fed = fed || supply.number("online") > 0
		}
	}
	if battery != nil && feeds {
		battery.OnAC = fed
	}
	return battery
}

// powerSupply reads the files of one.
type powerSupply struct {
	sys    fs.FS
	folder string
}

func (p powerSupply) text(file string) string { return textOf(p.sys, p.folder, file) }

// number is 0 where there is none.
func (p powerSupply) number(file string) int64 {
	n, _ := strconv.ParseInt(p.text(file), 10, 64)
	return n
}

// battery returns nil for one that is not in its place.
func (p powerSupply) battery() *api.Battery {
	if p.text("present") == "0" {
		return nil
	}
	b := &api.Battery{Percentage: int(min(max(p.number("capacity"), 0), 100))}
	switch p.text("status") {
	case "Charging":
		b.Charging, b.OnAC = api.Charging, true
	case "Discharging":
		b.Charging = api.Discharging
		b.Remaining = p.remaining()
	default: // full, or not charging as it is full enough
		b.Charging, b.OnAC = api.Charged, true
	}
	return b
}

// remaining is how long the battery lasts at what is drawn now, 0 if that is
// not known.
func (p powerSupply) remaining() time.Duration {
	if s := p.number("time_to_empty_now"); s > 0 {
		return seconds(float64(s))
	}
	for _, files := range [][2]string{{"energy_now", "power_now"}, {"charge_now", "current_now"}} {
		left, drawn := p.number(files[0]), p.number(files[1])
		if drawn < 0 { // so some drivers say that it is drawn
			drawn = -drawn
		}
		if left > 0 && drawn > 0 {
			return seconds(float64(left) / float64(drawn) * 3600)
		}
	}
	return 0
}

// seconds is s of them, a year at most.
func seconds(s float64) time.Duration {
	return time.Duration(min(s, 365*24*3600)) * time.Second
}
