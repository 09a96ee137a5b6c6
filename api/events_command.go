package api

import (
	"errors"
	"fmt"

	"picket/alertcore/tracked"
)

// command is what a client asks for on the event socket: to subscribe to a
// topic, to unsubscribe from one, or both, in this order.
type command struct {
	subscribe   string // a topic
	unsubscribe string
	selected    rendition // what to send of the subscribed topic
	do          commandParts
}

// commandParts says what a command has.
type commandParts struct{ subscribe, unsubscribe bool }

// maxTopicName is more than any topic has.
const maxTopicName = 128

// A refusal is an error for which the connection is closed. Kismet closes it
// too, but says nothing.
type refusal struct{ error }

// parseCommand reads a message of a client:
//
//	{"SUBSCRIBE": "ALERT", "fields": ["kismet.alert.text", ["kismet.alert.header", "h"]], "format": "json"}
//	{"UNSUBSCRIBE": "ALERT"}
//
// Topics are not checked: there may be no event of one for ever.
func parseCommand(text []byte) (c command, err error) {
	d := parseDictionary(text, false)
	if d.why != nil {
		return c, d.why
	}
	if _, ok := d.value.(map[string]any); !ok {
		return c, refusal{fmt.Errorf("the message is a JSON %s, not an object", kindOf(d.value))}
	}
	if c.subscribe, c.do.subscribe, err = topicOf(d, "SUBSCRIBE"); err != nil {
		return c, err
	}
	if c.unsubscribe, c.do.unsubscribe, err = topicOf(d, "UNSUBSCRIBE"); err != nil {
		return c, err
	}
	if !c.do.subscribe {
		if !c.do.unsubscribe {
			err = errors.New(`the message has neither "SUBSCRIBE" nor "UNSUBSCRIBE"`)
		}
		return c, err
	}
	name, err := d.optionalStr("format", "json")
	if err != nil {
		return c, refusal{err}
	}
	format, known := tracked.FormatOf(name)
	if !known {
		return c, fmt.Errorf(`unknown "format": %s`, quote(name))
	}
	fields, err := parseFields(d)
	if err != nil {
		return c, err
	}
	c.selected = newSelection(overSocket, format, fields, fieldNames(d))
	return c, nil
}

func topicOf(d dictionary, key string) (topic string, present bool, err error) {
	if _, present, _ = d.get(key); !present {
		return "", false, nil
	}
	topic, err = d.str(key)
	if err != nil {
		return "", false, refusal{err}
	}
	if len(topic) > maxTopicName {
		return "", false, fmt.Errorf("no topic has a name of %d bytes", len(topic))
	}
	return topic, true, nil
}

// fieldNames returns the names in a list of fields that parseFields takes, such
// that equal names mean equal fields.
func fieldNames(d dictionary) (names []string) {
	v, _, _ := d.get("fields")
	list, _ := v.([]any)
	for _, entry := range list {
		path, alias := entry, any("")
		if pair, ok := entry.([]any); ok {
			path, alias = pair[0], pair[1]
		}
		names = append(names, path.(string), alias.(string))
	}
	return names
}
