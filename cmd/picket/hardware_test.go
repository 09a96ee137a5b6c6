package main

import (
	"testing"
	"testing/fstest"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"picket/api"
)

// sysfs makes files of lines, as the kernel has them.
func sysfs(files map[string]string) fstest.MapFS {
	fs := fstest.MapFS{}
	for name, line := range files {
		fs[name] = &fstest.MapFile{Data: []byte(line + "\n")}
	}
	return fs
}

func TestBattery(t *testing.T) {
	const bat, ac = "class/power_supply/BAT0/", "class/power_supply/ADP1/"
	for _, c := range []struct {
		name  string
		files map[string]string
		want  *api.Battery
	}{
		{"none", nil, nil},
		{"mains alone", map[string]string{ac + "type": "Mains", ac + "online": "1"}, nil},
		{"a mouse's", map[string]string{bat + "type": "Battery", bat + "scope": "Device", bat + "capacity": "80"}, nil},
		{"not in its place", map[string]string{bat + "type": "Battery", bat + "present": "0"}, nil},
		{
			"discharging, by energy",
			map[string]string{
				bat + "type": "Battery", bat + "present": "1", bat + "status": "Discharging", bat + "capacity": "47",
				bat + "energy_now": "20000000", bat + "power_now": "10000000", ac + "type": "Mains", ac + "online": "0",
			},
			&api.Battery{Percentage: 47, Charging: api.Discharging, Remaining: 2 * time.Hour},
		},
		{
			"discharging, by charge, with the sign that some drivers give",
			map[string]string{bat + "type": "Battery", bat + "status": "Discharging", bat + "capacity": "50", bat + "charge_now": "1000000", bat + "current_now": "-2000000"},
			&api.Battery{Percentage: 50, Charging: api.Discharging, Remaining: 30 * time.Minute},
		},
		{
			"discharging, as the driver says",
			map[string]string{bat + "type": "Battery", bat + "status": "Discharging", bat + "capacity": "5", bat + "time_to_empty_now": "540"},
			&api.Battery{Percentage: 5, Charging: api.Discharging, Remaining: 9 * time.Minute},
		},
		{
			"discharging next to nothing",
			map[string]string{bat + "type": "Battery", bat + "status": "Discharging", bat + "capacity": "99", bat + "energy_now": "9000000000000000000", bat + "power_now": "1"},
			&api.Battery{Percentage: 99, Charging: api.Discharging, Remaining: 365 * 24 * time.Hour},
		},
		{
			"charging",
			map[string]string{bat + "type": "Battery", bat + "status": "Charging", bat + "capacity": "60", ac + "type": "USB", ac + "online": "1"},
			&api.Battery{Percentage: 60, Charging: api.Charging, OnAC: true},
		},
		{
			"fed, but less than is used",
			map[string]string{bat + "type": "Battery", bat + "status": "Discharging", bat + "capacity": "60", ac + "type": "Mains", ac + "online": "1"},
			&api.Battery{Percentage: 60, Charging: api.Discharging, OnAC: true},
		},
		{
			"full",
			map[string]string{bat + "type": "Battery", bat + "status": "Full", bat + "capacity": "101"},
			&api.Battery{Percentage: 100, Charging: api.Charged, OnAC: true},
		},
		{
			"rubbish",
			map[string]string{bat + "type": "Battery", bat + "status": "?", bat + "capacity": "much"},
			&api.Battery{Charging: api.Charged, OnAC: true},
		},
	} {
		if diff := cmp.Diff(c.want, readBattery(sysfs(c.files))); diff != "" {
			t.Errorf("%s (-want +got):\n%s", c.name, diff)
		}
	}
}

func TestSensors(t *testing.T) {
	got := readSensors(sysfs(map[string]string{
		"class/hwmon/hwmon0/name":              "cpu_thermal",
		"class/hwmon/hwmon0/temp1_input":       "48312",
		"class/hwmon/hwmon1/name":              "nvme",
		"class/hwmon/hwmon1/temp1_input":       "-3500",
		"class/hwmon/hwmon1/temp1_label":       "Composite",
		"class/hwmon/hwmon2/name":              "nvme",
		"class/hwmon/hwmon2/temp1_input":       "31000",
		"class/hwmon/hwmon2/temp1_label":       "Composite",
		"class/hwmon/hwmon3/name":              "pwmfan",
		"class/hwmon/hwmon3/fan1_input":        "2970",
		"class/hwmon/hwmon3/temp1_input":       "no data",
		"class/hwmon/hwmon4/temp1_input":       "1000",
		"class/thermal/thermal_zone0/type":     "cpu-thermal", // hwmon0
		"class/thermal/thermal_zone0/temp":     "48312",
		"class/thermal/thermal_zone1/type":     "acpitz",
		"class/thermal/thermal_zone1/temp":     "27800",
		"class/thermal/cooling_device0/type":   "Fan",
		"class/thermal/thermal_zone2/type":     "acpitz",
		"class/thermal/thermal_zone2/temp":     "16800",
		"class/thermal/thermal_zone3/mystery":  "1",
		"class/power_supply/BAT0/temp1_input":  "1",
		"devices/virtual/thermal/zone9/type":   "elsewhere",
		"class/thermal/thermal_zone4/type":     "silent",
		"class/thermal/thermal_zone4/not_temp": "1",
	}))
	want := hardwareSensors{
		temperatures: map[string]float64{
			"cpu_thermal temp1": 48.312, "nvme Composite": -3.5, "nvme Composite 2": 31, "hwmon4 temp1": 1,
			"acpitz": 27.8, "acpitz 2": 16.8,
		},
		fans: map[string]float64{"pwmfan fan1": 2970},
	}
	if diff := cmp.Diff(want, got, cmp.AllowUnexported(hardwareSensors{})); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestValuesAreReadOnceASecond(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		reads := 0
		l := lately[int]{read: func() int { reads++; return reads }}
		for _, c := range []struct {
			wait time.Duration
			want int
		}{{0, 1}, {freshness - 1, 1}, {1, 2}, {0, 2}, {time.Hour, 3}} {
			time.Sleep(c.wait)
			if got := l.get(); got != c.want {
				t.Errorf("value %d, want %d", got, c.want)
			}
		}
		time.Sleep(time.Minute - 1)
		if l.forget(); l.value == 0 {
			t.Error("forgotten within a minute")
		}
		time.Sleep(time.Nanosecond)
		if l.forget(); l.value != 0 {
			t.Error("not forgotten after a minute")
		}
	})
}
