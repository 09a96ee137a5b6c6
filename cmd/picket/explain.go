package main

import (
	"fmt"
	"io"
	"strings"

	"picket/capture"
	"picket/capture/dot11"
	"picket/detectors"
)

// explainer prints what is seen in one frame of a replay, and what the
// detectors make of it.
type explainer struct {
	w    io.Writer
	wish uint64 // number of the frame, from 1
}

func (x *explainer) found(p *pipeline, f *capture.Frame) {
	fmt.Fprintf(x.w, "frame %d: %s of %s, %d octets",
		x.wish, f.Timestamp.UTC().Format("2006-01-02T15:04:05.000000Z"), printable(f.Source.Name), f.Length)
	if f.CaptureLength < f.Length {
		fmt.Fprintf(x.w, ", of which %d were captured", f.CaptureLength)
	}
	fmt.Fprintln(x.w)
	view := &p.frame
	defect := view.ParseTruncated(f.Link, f.Data, f.Length)
	x.line("link", "%s", f.Link)
	if defect != dot11.UnsupportedLink && defect != dot11.BadRadio {
		x.radio(&view.Radio)
	}
	if defect != dot11.Sound {
		x.line("defect", "%s: no detector is shown the frame", defect)
		return
	}
	x.header(view)
	x.body(view)
	explained := p.engine.Explain(view, f.Timestamp, f.Source.Name)
	fmt.Fprintln(x.w, "known before")
	if len(explained.Known) == 0 {
		fmt.Fprintln(x.w, "  nothing of those involved")
	}
	for _, line := range explained.Known {
		fmt.Fprintln(x.w, " ", line)
	}
	x.decisions(explained.Decisions)
}

func (x *explainer) line(what, format string, args ...any) {
	fmt.Fprintf(x.w, "  %-11s %s\n", what, fmt.Sprintf(format, args...))
}

func (x *explainer) radio(r *dot11.Radio) {
	var list []string
	add := func(field dot11.RadioFields, format string, args ...any) {
		if r.Has&field != 0 {
			list = append(list, fmt.Sprintf(format, args...))
		}
	}
	add(dot11.HasFrequency, "%d MHz (channel %d, %s)", r.FreqMHz, r.Channel, r.Band)
	add(dot11.HasSignal, "signal %d dBm", r.SignalDBm)
	add(dot11.HasNoise, "noise %d dBm", r.NoiseDBm)
	add(dot11.HasRate, "%.1f Mbit/s", float64(r.RateKbps)/1000)
	add(dot11.HasAntenna, "antenna %d", r.Antenna)
	add(dot11.HasTSFT, "received at %d µs", r.TSFT)
	if len(list) == 0 {
		list = []string{"nothing said"}
	}
	x.line("radio", "%s", strings.Join(list, ", "))
}

func (x *explainer) header(f *dot11.Frame) {
	x.line("kind", "%s", f.Kind)
	x.line("flags", "%s", f.Flags)
	if f.Kind.IsManagement() || f.Kind.IsData() {
		x.line("sequence", "%d, fragment %d; duration %d µs", f.Sequence, f.Fragment, f.Duration)
	}
	if f.HasQoS {
		x.line("QoS", "TID %d, A-MSDU: %t", f.TID, f.AMSDU)
	}
	for _, a := range []struct {
		role string
		addr dot11.Addr
	}{
		{"receiver", f.Receiver}, {"transmitter", f.Transmitter}, {"destination", f.Destination}, {"source", f.Source}, {"BSSID", f.BSSID},
	} {
		if !a.addr.IsZero() {
			x.line(a.role, "%s", a.addr)
		}
	}
	switch {
	case f.FCSPresent && !f.Truncated:
		x.line("FCS", "right")
	case f.FCSPresent:
		x.line("FCS", "not checked: the frame was cut by the capture")
	default:
		x.line("FCS", "not captured")
	}
	x.line("body", "%d octets", len(f.Body))
}

// body prints what the kind of frame has in its body.
func (x *explainer) body(f *dot11.Frame) {
	if fixed, ok := f.Beacon(); ok {
		x.line("fixed", "TSF %d µs, interval %d TU, capabilities %s", fixed.TSF, fixed.Interval, fixed.Capability)
	}
	if reason, ok := f.Reason(); ok {
		x.line("reason", "%d", reason)
	}
	if auth, ok := f.Authentication(); ok {
		x.line("fixed", "authentication algorithm %d, sequence %d, status %d", auth.Algorithm, auth.Sequence, auth.Status)
	}
	if status, aid, ok := f.AssocStatus(); ok {
		x.line("fixed", "status %d, association ID %d", status, aid)
	}
	if category, code, ok := f.Action(); ok {
		x.line("action", "category %d, code %d", category, code)
	}
	walk := f.Elements()
	for walk.Next() {
		x.element(&walk.Element, "")
	}
	if fault, _ := walk.Fault(); fault != dot11.NoFault {
		_, declared, have := walk.Cut()
		x.element(&walk.Element, fmt.Sprintf(" (%s: declares %d octets, %d are there)", fault, declared, have))
	}
	if llc, ok := f.LLC(); ok {
		x.line("LLC", "type %#04x, %d octets", llc.EtherType, len(llc.Payload))
	}
	if packet, ok := f.EAPOL(); ok {
		x.eapol(packet)
	}
}

func (x *explainer) element(e *dot11.Element, fault string) {
	const shown = 32
	data := e.Data
	text := fmt.Sprintf("% x", data[:min(len(data), shown)])
	if e.ID == dot11.ElementSSID || e.ID == dot11.ElementMeshID {
		text = `"` + detectors.EscapeSSID(data) + `"`
	} else if len(data) > shown {
		text += " ..."
	}
	x.line("element", "%d %s, %d octets at %d: %s%s", e.ID, e.Name(), len(data), e.Offset, text, fault)
}

func (x *explainer) eapol(packet []byte) {
	p, ok := dot11.ParseEAPOL(packet)
	if !ok {
		x.line("EAPOL", "cut short: %d octets", len(packet))
		return
	}
	x.line("EAPOL", "version %d, type %d, body of %d octets declared, %d there", p.Version, p.PacketType, p.Length, len(p.Body))
	length, ok := dot11.GuessMICLength(packet)
	if !ok {
		return
	}
	if k, ok := dot11.ParseEAPOLKey(packet, length); ok {
		x.line("EAPOL-Key", "descriptor %d, information %#04x, replay counter %d, nonce %x..., key data of %d octets declared, %d there",
			k.Descriptor, k.Info, k.ReplayCounter, k.Nonce[:4], k.KeyDataLength, len(k.KeyData))
	}
}

func (x *explainer) decisions(list []detectors.Decision) {
	fmt.Fprintln(x.w, "detectors")
	var others []string
	for _, d := range list {
		if !d.Shown && len(d.Why) == 0 && len(d.Findings) == 0 {
			others = append(others, d.Detector)
			continue
		}
		fmt.Fprintf(x.w, "  %s: ", d.Detector)
		switch len(d.Findings) {
		case 0:
			fmt.Fprintln(x.w, "no finding")
		default:
			fmt.Fprintln(x.w, "FINDING")
		}
		for _, why := range d.Why {
			fmt.Fprintf(x.w, "    %s\n", printable(why))
		}
		for _, f := range d.Findings {
			fmt.Fprintf(x.w, "    finding: %s\n", printable(f.Text))
		}
	}
	if len(others) > 0 {
		fmt.Fprintf(x.w, "  not shown frames of that kind: %s\n", strings.Join(others, ", "))
	}
}
