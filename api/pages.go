package api

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path"
	"strings"

	"github.com/valyala/fasthttp"
)

// Pages are the files of a web interface. They answer what no route does,
// without a login: what they show comes from the routes.
type Pages struct {
	Files fs.FS // nil: there are none

	// Kismet adds the script that loads the modules of Kismet's interface,
	// and is for its files alone.
	Kismet bool

	// Policy is the Content-Security-Policy of the files; "": they have none,
	// nor the other headers that keep a page to itself.
	Policy string

	Types    map[string]string // by extension, without the dot, for those that have none by nature; httpd_mime
	ProxyDir string            // httpd_proxy_dir: "name/" where a reverse proxy has picket below a folder
	Unknown  string            // httpd_redirect_unknown: "/file" that answers what is neither route nor file; "": nothing does
}

// mimeTypes are those of files of web interfaces, by extension.
var mimeTypes = map[string]string{
	"html": "text/html", "htm": "text/html", "css": "text/css", "txt": "text/plain",
	"js": "application/javascript", "mjs": "application/javascript", "wasm": "application/wasm",
	"json": "application/json", "map": "application/json",
	"svg": "image/svg+xml", "png": "image/png", "jpg": "image/jpeg", "jpeg": "image/jpeg",
	"gif": "image/gif", "ico": "image/x-icon", "webp": "image/webp",
	"woff": "font/woff", "woff2": "font/woff2", "ttf": "font/ttf", "otf": "font/otf",
}

func (p *Pages) typeOf(name string) []byte {
	extension := strings.ToLower(strings.TrimPrefix(path.Ext(name), "."))
	if t, ok := mimeTypes[extension]; ok {
		return []byte(t)
	}
	if t, ok := p.Types[extension]; ok {
		return []byte(t)
	}
	return mimePlain
}

// unrouted answers what no route does.
func (s *Server) unrouted(ctx *fasthttp.RequestCtx) {
	p := &s.o.Pages
	if p.Files == nil {
		s.notFound(ctx)
		return
	}
	reads := ctx.IsGet() || ctx.IsHead()
	if reads && s.servePage(ctx, ctx.URI().PathOriginal()) || p.Unknown != "" && s.servePage(ctx, []byte(p.Unknown)) {
		return
	}
	s.notFound(ctx)
}

// servePage answers with the file that a path stands for. It is false, and
// nothing is answered, if there is none.
func (s *Server) servePage(ctx *fasthttp.RequestCtx, path []byte) bool {
	p := &s.o.Pages
	name, ok := pageName(path)
	if !ok {
		return false
	}
	if p.Kismet && name == kismetScript {
		s.preparePage(ctx, name)
		ctx.SetBody(loadModules(p.Files))
		s.validate(ctx)
		return true
	}
	f, info, err := openPage(p.Files, name)
	if err != nil {
		if !errors.Is(err, fs.ErrNotExist) {
			s.o.Log.Debug("page not served", "path", name, "error", err)
		}
		return false
	}
	s.preparePage(ctx, name)
	s.sendFile(ctx, f, info)
	return true
}

func (s *Server) preparePage(ctx *fasthttp.RequestCtx, name string) {
	s.prepare(ctx, s.o.Pages.typeOf(name))
	p, h := &s.o.Pages, &ctx.Response.Header
	if p.ProxyDir != "" {
		h.Set("X-Proxy-Dir", p.ProxyDir)
	}
	if p.Policy != "" {
		h.Set("Content-Security-Policy", p.Policy)
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("X-Frame-Options", "DENY") // for browsers without frame-ancestors
		h.Set("Referrer-Policy", "no-referrer")
	}
}

// pageName returns the name of the file that a path stands for: that of a folder
// is its index. Files and folders that are hidden, and ways out of the folder,
// have none.
func pageName(path []byte) (name string, ok bool) {
	name = strings.TrimPrefix(unescape(path, false), "/")
	if name == "" || strings.HasSuffix(name, "/") {
		name += "index.html"
	}
	if !fs.ValidPath(name) || strings.ContainsAny(name, "\\\x00") {
		return "", false
	}
	for part := range strings.SplitSeq(name, "/") {
		if part[0] == '.' {
			return "", false
		}
	}
	return name, true
}

var errNoFile = errors.New("not a regular file")

// openPage opens a regular file. What is none is not even opened, which can
// take for ever.
func openPage(files fs.FS, name string) (fs.File, fs.FileInfo, error) {
	info, err := fs.Stat(files, name)
	if err != nil {
		return nil, nil, err
	}
	if !info.Mode().IsRegular() {
		return nil, nil, fmt.Errorf("%s: %w", name, errNoFile)
	}
	f, err := files.Open(name)
	if err != nil {
		return nil, nil, err
	}
	if info, err = f.Stat(); err != nil || !info.Mode().IsRegular() {
		return nil, nil, errors.Join(fmt.Errorf("%s: %w", name, errNoFile), err, f.Close())
	}
	return f, info, nil
}

// sendFile answers with a file, or the part of it that is asked for, or that
// the client has it already. It closes the file.
func (s *Server) sendFile(ctx *fasthttp.RequestCtx, f fs.File, info fs.FileInfo) {
	seeker, canSeek := f.(io.Seeker)
	changed := info.ModTime()
	if changed.IsZero() || !canSeek || int64(int(info.Size())) != info.Size() {
		s.sendWhole(ctx, f)
		return
	}
	h := &ctx.Response.Header
	h.SetLastModified(changed)
	h.Set("Accept-Ranges", "bytes")
	tag := fmt.Appendf(nil, `"%x-%x"`, info.Size(), changed.UnixNano())
	conditional := len(ctx.Request.Header.PeekBytes(headerIfNoneMatch)) > 0
	if clientHas(ctx, tag) || !conditional && !ctx.IsPost() && !ctx.IfModifiedSince(changed) {
		ctx.SetStatusCode(fasthttp.StatusNotModified)
		f.Close() // it was only read
		return
	}
	start, end, size := 0, int(info.Size())-1, int(info.Size())
	if wanted := ctx.Request.Header.Peek("Range"); len(wanted) > 0 && ctx.IsGet() && mayCut(ctx, tag) {
		var err error
		if start, end, err = fasthttp.ParseByteRange(wanted, size); err != nil {
			f.Close()
			h.Set("Content-Range", fmt.Sprintf("bytes */%d", size))
			text(ctx, fasthttp.StatusRequestedRangeNotSatisfiable, "The range can't be had: "+err.Error())
			return
		}
		if _, err := seeker.Seek(int64(start), io.SeekStart); err != nil {
			f.Close()
			failed(ctx, errors.New("the file can't be read"))
			return
		}
		ctx.SetStatusCode(fasthttp.StatusPartialContent)
		h.SetContentRange(start, end, size)
	}
	ctx.SetBodyStream(f, end-start+1)
}

// mayCut reports whether a range of a file with this tag is what the client
// means: it may want one of the file that it has the other parts of, only. More
// than one range at a time is not served, which clients must be ready for.
func mayCut(ctx *fasthttp.RequestCtx, tag []byte) bool {
	condition := ctx.Request.Header.Peek("If-Range")
	return (len(condition) == 0 || string(condition) == string(tag)) && !strings.Contains(string(ctx.Request.Header.Peek("Range")), ",")
}

// sendWhole answers with a file that has no time, which those within a program
// have not.
func (s *Server) sendWhole(ctx *fasthttp.RequestCtx, f fs.File) {
	body, err := io.ReadAll(f)
	if err := errors.Join(err, f.Close()); err != nil {
		s.o.Log.Error("page not read", "error", err)
		failed(ctx, errors.New("the file can't be read"))
		return
	}
	ctx.Response.SetBodyRaw(body)
	s.validate(ctx)
}
