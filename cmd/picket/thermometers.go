package main

import (
	"fmt"
	"io/fs"
	"path"
	"strconv"
	"strings"
)

// hardwareSensors are readings of a machine's sensors, by their names.
type hardwareSensors struct {
	temperatures map[string]float64 // degrees Celsius
	fans         map[string]float64 // revolutions a minute
}

// maxReadings is how many of a kind are read: a sensor may take milliseconds.
const maxReadings = 64

// readSensors reads the files of the kernel's hardware monitors and thermal
// zones (Documentation/hwmon/sysfs-interface, driver-api/thermal). A zone that
// is a monitor as well is read once. sys is /sys.
func readSensors(sys fs.FS) hardwareSensors {
	s := hardwareSensors{temperatures: map[string]float64{}, fans: map[string]float64{}}
	const millidegrees = 1000
	monitored := map[string]bool{} // names
	monitors, _ := fs.Glob(sys, "class/hwmon/*")
	for _, folder := range monitors {
		name := textOf(sys, folder, "name")
		if name == "" {
			name = path.Base(folder)
		}
		monitored[name] = true
		readInputs(sys, folder, name, "temp", millidegrees, s.temperatures)
		readInputs(sys, folder, name, "fan", 1, s.fans)
	}
	zones, _ := fs.Glob(sys, "class/thermal/thermal_zone*")
	for _, folder := range zones {
		name := textOf(sys, folder, "type")
		if name == "" || monitored[strings.ReplaceAll(name, "-", "_")] || len(s.temperatures) >= maxReadings {
			continue
		}
		if n, err := strconv.ParseFloat(textOf(sys, folder, "temp"), 64); err == nil {
			s.temperatures[unused(s.temperatures, name)] = n / millidegrees
		}
	}
	return s
}

// readInputs adds the readings of one kind of one monitor, in units of which so
// many are one of ours.
func readInputs(sys fs.FS, folder, name, kind string, scale float64, readings map[string]float64) {
	inputs, _ := fs.Glob(sys, path.Join(folder, kind+"*_input"))
	for _, input := range inputs {
		if len(readings) >= maxReadings {
			return
		}
		n, err := strconv.ParseFloat(textOf(sys, input), 64)
		if err != nil {
			continue // it has nothing to say now
		}
		sensor := strings.TrimSuffix(path.Base(input), "_input")
		if label := textOf(sys, folder, sensor+"_label"); label != "" {
			sensor = label
		}
		readings[unused(readings, name+" "+sensor)] = n / scale
	}
}

// unused is name, with a number behind it if there is a reading of that name.
func unused(readings map[string]float64, name string) string {
	numbered := name
	for n := 2; ; n++ {
		if _, used := readings[numbered]; !used {
			return numbered
		}
		numbered = fmt.Sprintf("%s %d", name, n)
	}
}

// textOf is what a file says, "" if it can't be read.
func textOf(sys fs.FS, parts ...string) string {
	text, err := fs.ReadFile(sys, path.Join(parts...))
	if err != nil {
		return ""
	}
	return strings.TrimSpace(string(text))
}
