// Package openapi has the description of the API: an OpenAPI document of
// version 3.1.0 (https://spec.openapis.org/oas/v3.1.0).
//
// It is written by hand, by subject: document.json is its head,
// components.json what operations share, paths and schemas the rest. Tests of
// package api hold it against the routes and what they answer.
package openapi

import (
	"bytes"
	"embed"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"sync"
)

//go:embed document.json components.json paths schemas
var sources embed.FS

// Document returns the description as JSON. It must not be changed.
var Document = sync.OnceValue(func() []byte {
	document, err := assemble(sources)
	if err != nil {
		panic(err) // the sources are in the program
	}
	return document
})

// assemble joins the sources. Members keep their order, which is that for
// readers.
func assemble(sources fs.FS) ([]byte, error) {
	var head, components, paths, schemas bytes.Buffer
	for _, part := range []struct {
		into *bytes.Buffer
		glob string
	}{{&head, "document.json"}, {&components, "components.json"}, {&paths, "paths/*.json"}, {&schemas, "schemas/*.json"}} {
		names, err := fs.Glob(sources, part.glob)
		if err != nil {
			return nil, fmt.Errorf("find %s: %w", part.glob, err)
		}
		for _, name := range names {
			if err := appendMembers(part.into, sources, name); err != nil {
				return nil, fmt.Errorf("read %s: %w", name, err)
			}
		}
	}
	return fmt.Appendf(nil, `{%s,"paths":{%s},"components":{%s,"schemas":{%s}}}`+"\n", &head, &paths, &components, &schemas), nil
}

// appendMembers appends the members of the object in a file.
func appendMembers(b *bytes.Buffer, sources fs.FS, name string) error {
	text, err := fs.ReadFile(sources, name)
	if err != nil {
		return err
	}
	var object bytes.Buffer
	if err := json.Compact(&object, text); err != nil {
		return err
	}
	inner, isObject := bytes.CutPrefix(object.Bytes(), []byte("{"))
	if !isObject || len(inner) < len(`"":0}`) {
		return errors.New("it is not an object with members")
	}
	if b.Len() > 0 {
		b.WriteByte(',')
	}
	b.Write(inner[:len(inner)-1])
	return nil
}
