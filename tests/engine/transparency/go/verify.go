// Verify checks an exported log with Go's own implementation of the tree and the notes
// (golang.org/x/mod/sumdb): nothing here is shared with the program that wrote the log.
//
//	GO111MODULE=off GOPATH=/usr/share/gocode go run verify.go DIR|URL
//
// DIR, or what a server has under URL, holds checkpoint, keys/log.vkey, tile/** and perhaps tile/entries/**. Prints
// "size N root BASE64" and exits 0 when everything agrees, else says why and exits 1.
package main

import (
	"bytes"
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

const tileHeight = 8
const tileWidth = 1 << tileHeight

// log is the directory, read as a tlog.TileReader.
type log struct{ dir string }

func (l log) Height() int                      { return tileHeight }
func (l log) SaveTiles([]tlog.Tile, [][]byte)  {}
func (l log) read(path string) ([]byte, error) {
	if !strings.HasPrefix(l.dir, "http://") {
		return os.ReadFile(filepath.Join(l.dir, path))
	}
	response, err := http.Get(l.dir + "/" + path)
	if err != nil {
		return nil, err
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("%s: %s", path, response.Status)
	}
	return io.ReadAll(response.Body)
}
func (l log) tile(t tlog.Tile) ([]byte, error) {
	// x/mod puts the height into the path, and calls entries "data"; the layout on disk does not.
	path := strings.Replace(t.Path(), "tile/8/", "tile/", 1)
	data, err := l.read(path)
	if err == nil && t.L >= 0 && len(data) != t.W*tlog.HashSize {
		err = fmt.Errorf("%s has %d bytes", path, len(data))
	}
	return data, err
}
func (l log) ReadTiles(tiles []tlog.Tile) ([][]byte, error) {
	var all [][]byte
	for _, t := range tiles {
		data, err := l.tile(t)
		if err != nil {
			return nil, err
		}
		all = append(all, data)
	}
	return all, nil
}

func (l log) checkpoint() (tlog.Tree, error) {
	var tree tlog.Tree
	vkey, err := l.read("keys/log.vkey")
	if err != nil {
		return tree, err
	}
	verifier, err := note.NewVerifier(strings.TrimSuffix(string(vkey), "\n"))
	if err != nil {
		return tree, err
	}
	signed, err := l.read("checkpoint")
	if err != nil {
		return tree, err
	}
	opened, err := note.Open(signed, note.VerifierList(verifier))
	if err != nil {
		return tree, err
	}
	lines := strings.Split(opened.Text, "\n")
	if len(lines) != 4 || lines[3] != "" || lines[0] != verifier.Name() {
		return tree, fmt.Errorf("checkpoint is not origin, size and root")
	}
	tree.N, err = strconv.ParseInt(lines[1], 10, 64)
	if err != nil || tree.N < 0 || strconv.FormatInt(tree.N, 10) != lines[1] {
		return tree, fmt.Errorf("checkpoint size %q", lines[1])
	}
	root, err := base64.StdEncoding.Strict().DecodeString(lines[2])
	if err != nil || len(root) != tlog.HashSize {
		return tree, fmt.Errorf("checkpoint root %q", lines[2])
	}
	copy(tree.Hash[:], root)
	return tree, nil
}

// leaves returns the hashes of the level-0 tiles, which nothing has authenticated yet.
func (l log) leaves(size int64) ([]tlog.Hash, error) {
	var hashes []tlog.Hash
	for n := int64(0); n*tileWidth < size; n++ {
		width := size - n*tileWidth
		if width > tileWidth {
			width = tileWidth
		}
		data, err := l.tile(tlog.Tile{H: tileHeight, L: 0, N: n, W: int(width)})
		if err != nil {
			return nil, err
		}
		for ; len(data) > 0; data = data[tlog.HashSize:] {
			var hash tlog.Hash
			copy(hash[:], data)
			hashes = append(hashes, hash)
		}
	}
	return hashes, nil
}

// memory computes every hash of the tree from its leaves.
func memory(leaves []tlog.Hash) (tlog.HashReader, error) {
	var stored []tlog.Hash
	reader := tlog.HashReaderFunc(func(indexes []int64) ([]tlog.Hash, error) {
		var found []tlog.Hash
		for _, index := range indexes {
			if index >= int64(len(stored)) {
				return nil, fmt.Errorf("no stored hash %d", index)
			}
			found = append(found, stored[index])
		}
		return found, nil
	})
	for n, leaf := range leaves {
		hashes, err := tlog.StoredHashesForRecordHash(int64(n), leaf, reader)
		if err != nil {
			return nil, err
		}
		stored = append(stored, hashes...)
	}
	return reader, nil
}

// checkTiles compares every tile of the log with what follows from the leaves.
func (l log) checkTiles(size int64, computed tlog.HashReader) error {
	for _, t := range tlog.NewTiles(tileHeight, 0, size) {
		if t.W < tileWidth && int64(t.W) != (size>>(tileHeight*uint(t.L)))%tileWidth {
			continue // a partial tile of a smaller tree: x/mod lists them all
		}
		data, err := l.tile(t)
		if err != nil {
			return err
		}
		want, err := tlog.ReadTileData(t, computed)
		if err != nil {
			return err
		}
		if !bytes.Equal(data, want) {
			return fmt.Errorf("%s does not follow from the leaves", t.Path())
		}
	}
	return nil
}

// samples are both ends, the tile boundaries near them, and some in between.
func samples(size int64) []int64 {
	var all []int64
	for _, n := range []int64{0, 1, 254, 255, 256, 257, 65535, 65536, size - 2, size - 1} {
		if n >= 0 && n < size {
			all = append(all, n)
		}
	}
	for i := int64(1); i <= 20; i++ {
		all = append(all, i*7919%size)
	}
	return all
}

func (l log) checkProofs(tree tlog.Tree, leaves []tlog.Hash, computed tlog.HashReader) error {
	fromTiles := tlog.TileHashReader(tree, l)
	for _, n := range samples(tree.N) {
		record, err := tlog.ProveRecord(tree.N, n, fromTiles)
		if err == nil {
			err = tlog.CheckRecord(record, tree.N, tree.Hash, n, leaves[n])
		}
		if err != nil {
			return fmt.Errorf("inclusion of %d: %v", n, err)
		}
		older, err := tlog.TreeHash(n+1, computed)
		if err != nil {
			return err
		}
		growth, err := tlog.ProveTree(tree.N, n+1, fromTiles)
		if err == nil {
			err = tlog.CheckTree(growth, tree.N, tree.Hash, n+1, older)
		}
		if err != nil {
			return fmt.Errorf("consistency of %d: %v", n+1, err)
		}
	}
	return nil
}

// checkEntries hashes every entry of every bundle.
func (l log) checkEntries(leaves []tlog.Hash) error {
	for first := 0; first < len(leaves); first += tileWidth {
		width := len(leaves) - first
		if width > tileWidth {
			width = tileWidth
		}
		t := tlog.Tile{H: tileHeight, L: -1, N: int64(first / tileWidth), W: width}
		path := strings.Replace(t.Path(), "tile/8/data/", "tile/entries/", 1)
		bundle, err := l.read(path)
		if err != nil {
			return err
		}
		for i := 0; i < width; i++ {
			if len(bundle) < 2 || len(bundle) < 2+int(binary.BigEndian.Uint16(bundle)) {
				return fmt.Errorf("%s is too short", path)
			}
			end := 2 + int(binary.BigEndian.Uint16(bundle))
			if tlog.RecordHash(bundle[2:end]) != leaves[first+i] {
				return fmt.Errorf("entry %d is not the leaf's", first+i)
			}
			bundle = bundle[end:]
		}
		if len(bundle) != 0 {
			return fmt.Errorf("%s is too long", path)
		}
	}
	return nil
}

func (l log) verify() (tlog.Tree, error) {
	tree, err := l.checkpoint()
	if err != nil {
		return tree, err
	}
	if tree.N == 0 { // x/mod 0.7.0 has no hash for the empty tree
		want, err := tlog.ParseHash("47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=")
		if err == nil && tree.Hash != want {
			err = fmt.Errorf("root of an empty tree")
		}
		return tree, err
	}
	leaves, err := l.leaves(tree.N)
	if err != nil {
		return tree, err
	}
	computed, err := memory(leaves)
	if err != nil {
		return tree, err
	}
	root, err := tlog.TreeHash(tree.N, computed)
	if err != nil {
		return tree, err
	}
	if root != tree.Hash {
		return tree, fmt.Errorf("the leaves' root is %v, the checkpoint's %v", root, tree.Hash)
	}
	if err := l.checkTiles(tree.N, computed); err != nil {
		return tree, err
	}
	if err := l.checkProofs(tree, leaves, computed); err != nil {
		return tree, err
	}
	if _, err := os.Stat(filepath.Join(l.dir, "tile", "entries")); err == nil {
		return tree, l.checkEntries(leaves)
	}
	return tree, nil
}

func main() {
	if len(os.Args) != 2 {
		fmt.Fprintln(os.Stderr, "usage: verify DIR")
		os.Exit(2)
	}
	tree, err := log{os.Args[1]}.verify()
	if err != nil {
		fmt.Fprintln(os.Stderr, "verify:", err)
		os.Exit(1)
	}
	fmt.Printf("size %d root %v\n", tree.N, tree.Hash)
}
