package main

import (
	"context"
	"crypto/sha256"
	"embed"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
)

//go:embed image.sh guest/init
var recipe embed.FS

// An image is what the guest boots: vmlinux and initrd.cpio in a folder.
type image string

func (i image) kernel() string { return filepath.Join(string(i), "vmlinux") }
func (i image) initrd() string { return filepath.Join(string(i), "initrd.cpio") }
func (i image) stamp() string  { return filepath.Join(string(i), "recipe") }

// ensureImage returns the guest's image in the folder cache. It builds it if
// there is none, or one of another recipe.
func ensureImage(ctx context.Context, cache string) (image, error) {
	want, err := recipeHash()
	if err != nil {
		return "", err
	}
	have := image(filepath.Join(cache, "image"))
	if got, err := os.ReadFile(have.stamp()); err == nil && string(got) == want {
		return have, nil
	}
	fmt.Println("building the guest's image in", cache)
	if err := os.MkdirAll(cache, 0o755); err != nil {
		return "", err
	}
	// Another build may be under way: each has a folder of its own.
	work, err := os.MkdirTemp(cache, "build-")
	if err != nil {
		return "", err
	}
	defer os.RemoveAll(work)
	if err := os.CopyFS(work, recipe); err != nil {
		return "", err
	}
	built := image(filepath.Join(work, "image"))
	cmd := exec.CommandContext(ctx, "bash", filepath.Join(work, "image.sh"), cache, string(built), filepath.Join(work, "guest/init"))
	cmd.Stdout, cmd.Stderr = os.Stdout, os.Stderr
	if err := cmd.Run(); err != nil {
		return "", fmt.Errorf("build the guest's image: %w", err)
	}
	if err := os.WriteFile(built.stamp(), []byte(want), 0o644); err != nil {
		return "", err
	}
	if err := os.RemoveAll(string(have)); err != nil {
		return "", err
	}
	return have, os.Rename(string(built), string(have))
}

// recipeHash names all that the image depends on here.
func recipeHash() (string, error) {
	sum := sha256.New()
	err := fs.WalkDir(recipe, ".", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		data, err := recipe.ReadFile(path)
		fmt.Fprintf(sum, "%s %d\n%s", path, len(data), data)
		return err
	})
	return fmt.Sprintf("%x\n", sum.Sum(nil)), err
}
