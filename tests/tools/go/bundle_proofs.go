// Bundle_proofs checks an audit bundle's notes and proofs with Go's own implementation
// (golang.org/x/mod/sumdb): nothing here is shared with the program that wrote them.
//
//	GO111MODULE=off GOPATH=/usr/share/gocode go run bundle_proofs.go BUNDLE
//
// Prints "entries N ranges R checkpoints M" and exits 0 when every entry is included in the
// checkpoint, by a path or with its neighbours by a range, and every older checkpoint is consistent
// with it, else says why and exits 1. Go has no proofs of ranges: only their hashes are its own.
package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

type line struct {
	Position   int64
	Entry      []byte
	Checkpoint string
	Path       []tlog.Hash

	First, Count int64
	Left, Right  []tlog.Hash
}

// A ranged knows the leaves that no path proves, by position.
type ranged map[int64]tlog.Hash

// root of the leaves [begin, end) of the tree, of which one.Left and one.Right, which it shortens,
// are what lies outside of the range.
func (r ranged) root(one *line, begin, end int64) (tlog.Hash, error) {
	outside := &one.Left
	if begin >= one.First+one.Count {
		outside = &one.Right
	}
	width := end - begin
	if (end <= one.First || begin >= one.First+one.Count) && width&(width-1) == 0 {
		if len(*outside) == 0 {
			return tlog.Hash{}, fmt.Errorf("too few hashes")
		}
		hash := (*outside)[0]
		*outside = (*outside)[1:]
		return hash, nil
	}
	if width == 1 {
		leaf, there := r[begin]
		if !there {
			return leaf, fmt.Errorf("entry %d is not there", begin)
		}
		delete(r, begin)
		return leaf, nil
	}
	half := int64(1)
	for half*2 < width {
		half *= 2
	}
	left, err := r.root(one, begin, begin+half)
	if err != nil {
		return left, err
	}
	right, err := r.root(one, begin+half, end)
	return tlog.NodeHash(left, right), err
}

func (r ranged) check(one line, tree tlog.Tree) error {
	if one.Count < 2 || one.First < 0 || one.Count > tree.N-one.First {
		return fmt.Errorf("no range of the tree")
	}
	root, err := r.root(&one, 0, tree.N)
	if err == nil && (root != tree.Hash || len(one.Left)+len(one.Right) > 0) {
		err = fmt.Errorf("the range leads to another root")
	}
	return err
}

func parseTree(signed []byte, verifiers note.Verifiers) (tlog.Tree, error) {
	var tree tlog.Tree
	opened, err := note.Open(signed, verifiers)
	if err != nil {
		return tree, err
	}
	lines := strings.Split(opened.Text, "\n")
	if len(lines) != 4 {
		return tree, fmt.Errorf("no checkpoint")
	}
	if tree.N, err = strconv.ParseInt(lines[1], 10, 64); err != nil {
		return tree, err
	}
	tree.Hash, err = tlog.ParseHash(lines[2])
	return tree, err
}

func eachLine(path string, use func(line) error) (int, error) {
	file, err := os.Open(path)
	if err != nil {
		return 0, err
	}
	defer file.Close()
	lines := bufio.NewScanner(file)
	lines.Buffer(nil, 1<<22)
	count := 0
	for lines.Scan() {
		var one line
		if err := json.Unmarshal(lines.Bytes(), &one); err != nil {
			return count, err
		}
		if err := use(one); err != nil {
			return count, fmt.Errorf("%s: line %d: %v", path, count+1, err)
		}
		count++
	}
	return count, lines.Err()
}

func check(bundle string) error {
	at := func(name string) string { return filepath.Join(bundle, name) }
	vkey, err := os.ReadFile(at("log.vkey"))
	if err != nil {
		return err
	}
	verifier, err := note.NewVerifier(strings.TrimSuffix(string(vkey), "\n"))
	if err != nil {
		return err
	}
	verifiers := note.VerifierList(verifier)
	manifest, err := os.ReadFile(at("manifest"))
	if err != nil {
		return err
	}
	if _, err := note.Open(manifest, verifiers); err != nil {
		return err
	}
	signed, err := os.ReadFile(at("checkpoint"))
	if err != nil {
		return err
	}
	tree, err := parseTree(signed, verifiers)
	if err != nil {
		return err
	}
	entries, leaves := 0, ranged{}
	for _, name := range []string{"shared.jsonl", "cases.jsonl"} {
		count, err := eachLine(at(name), func(one line) error {
			if one.Path == nil {
				if _, there := leaves[one.Position]; there {
					return fmt.Errorf("an entry twice")
				}
				leaves[one.Position] = tlog.RecordHash(one.Entry)
				return nil
			}
			return tlog.CheckRecord(tlog.RecordProof(one.Path), tree.N, tree.Hash, one.Position,
				tlog.RecordHash(one.Entry))
		})
		if err != nil {
			return err
		}
		entries += count
	}
	ranges, err := eachLine(at("ranges.jsonl"), func(one line) error {
		return leaves.check(one, tree)
	})
	if err != nil {
		return err
	}
	if len(leaves) > 0 {
		return fmt.Errorf("%d entries that nothing proves", len(leaves))
	}
	checkpoints, err := eachLine(at("consistency.jsonl"), func(one line) error {
		older, err := parseTree([]byte(one.Checkpoint), verifiers)
		if err != nil {
			return err
		}
		return tlog.CheckTree(tlog.TreeProof(one.Path), tree.N, tree.Hash, older.N, older.Hash)
	})
	if err != nil {
		return err
	}
	fmt.Printf("entries %d ranges %d checkpoints %d\n", entries, ranges, checkpoints)
	return nil
}

func main() {
	if err := check(os.Args[1]); err != nil {
		fmt.Println(err)
		os.Exit(1)
	}
}
