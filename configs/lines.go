package configs

import (
	"errors"
	"fmt"
	"strconv"
	"strings"

	"picket/alertcore"
)

// The keys that may be used many times, and their values.

func setSource(c *Config, value string, at Origin) error {
	if value == "" {
		return errors.New("expected the definition of a source, such as wlan1:name=attic or attic.pcapng")
	}
	c.Sources = append(c.Sources, Source{value, at})
	return nil
}

func alertName(value string) string {
	name, _, _ := strings.Cut(value, ",")
	return strings.ToUpper(strings.TrimSpace(name))
}

// setAlert reads NAME,RATE,BURST. The name need not be that of a detector.
func setAlert(c *Config, value string, at Origin) error {
	const form = "expected NAME,RATE,BURST, such as DEAUTHFLOOD,5/min,2/sec"
	parts := strings.Split(value, ",")
	if len(parts) != 3 || alertName(value) == "" {
		return errors.New(form)
	}
	rate := AlertRate{Name: alertName(value), Origin: at}
	var err error
	if rate.Limit, err = alertcore.ParseRate(strings.TrimSpace(parts[1])); err != nil {
		return fmt.Errorf("rate: %w; %s", err, form)
	}
	if rate.Burst, err = alertcore.ParseRate(strings.TrimSpace(parts[2])); err != nil {
		return fmt.Errorf("burst: %w; %s", err, form)
	}
	if rate.Burst.Unit > rate.Limit.Unit {
		return fmt.Errorf("expected the burst to count over no longer a time than the rate, %s", rate.Limit)
	}
	c.Alerts = append(c.Alerts, rate)
	return nil
}

func ruleName(value string) string {
	name, _, _ := strings.Cut(value, ":")
	return strings.TrimSpace(name)
}

func setAPSpoof(c *Config, value string, at Origin) error {
	rule, err := parseRule(value, at, true)
	if err != nil {
		return fmt.Errorf(`%w; expected NAME:ssid="REGEX",validmacs="MAC,MAC/MASK"`, err)
	}
	c.APSpoof = append(c.APSpoof, rule)
	return nil
}

func setSSIDCanary(c *Config, value string, at Origin) error {
	rule, err := parseRule(value, at, false)
	if err != nil {
		return fmt.Errorf(`%w; expected NAME:ssid="REGEX"`, err)
	}
	c.SSIDCanary = append(c.SSIDCanary, rule)
	return nil
}

// parseRule reads NAME:key=value,key="value". Kismet's documentation calls the
// pattern ssidregex in places, so that is read as ssid.
func parseRule(value string, at Origin, macs bool) (SSIDRule, error) {
	name, rest, ok := strings.Cut(value, ":")
	rule := SSIDRule{Name: strings.TrimSpace(name), Origin: at}
	if !ok || rule.Name == "" {
		return rule, errors.New("no NAME: in front")
	}
	for rest != "" {
		key, text, after, err := cutPair(rest)
		if err != nil {
			return rule, err
		}
		rest = after
		switch {
		case key == "ssid" || key == "ssidregex":
			rule.SSID = text
		case key == "validmacs" && macs:
			for mac := range strings.SplitSeq(text, ",") {
				if mac = strings.TrimSpace(mac); mac != "" {
					rule.ValidMACs = append(rule.ValidMACs, mac)
				}
			}
		default:
			return rule, fmt.Errorf("unknown part %q", key)
		}
	}
	if rule.SSID == "" {
		return rule, errors.New("no ssid")
	}
	if macs && len(rule.ValidMACs) == 0 {
		return rule, errors.New("no validmacs")
	}
	return rule, nil
}

// cutPair cuts key=value or key="value" and the comma behind it from s. In
// quotes, \" stands for a quote and any other backslash for itself, as regular
// expressions are full of them.
func cutPair(s string) (key, value, rest string, err error) {
	key, s, ok := strings.Cut(s, "=")
	key = strings.ToLower(strings.TrimSpace(key))
	if !ok || key == "" {
		return "", "", "", fmt.Errorf("no key=value in %q", shorten(key+s))
	}
	s = strings.TrimLeft(s, " \t")
	if s == "" || s[0] != '"' {
		value, rest, _ = strings.Cut(s, ",")
		return key, strings.TrimSpace(value), rest, nil
	}
	var b strings.Builder
	for i := 1; i < len(s); i++ {
		switch {
		case s[i] == '\\' && i+1 < len(s) && s[i+1] == '"':
			b.WriteByte('"')
			i++
		case s[i] != '"':
			b.WriteByte(s[i])
		default:
			rest = strings.TrimLeft(s[i+1:], " \t")
			if rest != "" && rest[0] != ',' {
				return "", "", "", fmt.Errorf("no comma after the quotes of %s", key)
			}
			return key, b.String(), strings.TrimPrefix(rest, ","), nil
		}
	}
	return "", "", "", fmt.Errorf("the quotes of %s are not closed", key)
}

// devices are the lines of a list that those of all layers are on. What is an
// address is for the detectors to say.
func devices(key string, field func(*Config) *[]Device) option {
	return option{key: key, id: strings.ToUpper, set: func(c *Config, value string, at Origin) error {
		if value == "" {
			return errors.New("expected MAC or MAC/MASK, such as aa:bb:cc:00:00:00/ff:ff:ff:00:00:00")
		}
		*field(c) = append(*field(c), Device{value, at})
		return nil
	}}
}

// setMaxSignal reads Kismet's option for OVERPOWERED. A detector_option line
// for the same goes before it.
func setMaxSignal(c *Config, value string, at Origin) error {
	if n, err := strconv.Atoi(value); err != nil || n < -100 || n > 100 {
		return errors.New("expected a signal in dBm, from -100 to 100")
	}
	c.DetectorOptions = append(c.DetectorOptions, DetectorOption{Detector: "OVERPOWERED", Key: "dot11_max_signal", Value: value, Origin: at})
	return nil
}

func detectorOptionName(value string) string {
	name, _, _ := strings.Cut(value, "=")
	return strings.ToUpper(strings.TrimSpace(name))
}

// setDetectorOption reads NAME:key=value. Whether the detector has such an
// option is for the detectors to say.
func setDetectorOption(c *Config, value string, at Origin) error {
	left, text, ok := strings.Cut(value, "=")
	name, key, named := strings.Cut(left, ":")
	o := DetectorOption{
		Detector: strings.ToUpper(strings.TrimSpace(name)),
		Key:      strings.TrimSpace(key),
		Value:    strings.TrimSpace(text),
		Origin:   at,
	}
	if !ok || !named || o.Detector == "" || o.Key == "" || o.Value == "" {
		return errors.New("expected NAME:option=value, such as KARMAOUI:ssids=3")
	}
	c.DetectorOptions = append(c.DetectorOptions, o)
	return nil
}
