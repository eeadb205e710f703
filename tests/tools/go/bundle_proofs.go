// Bundle_proofs checks an audit bundle's notes and proofs with Go's own implementation
// (golang.org/x/mod/sumdb): nothing here is shared with the program that wrote them.
//
//	GO111MODULE=off GOPATH=/usr/share/gocode go run bundle_proofs.go BUNDLE
//
// Prints "entries N checkpoints M" and exits 0 when every entry is included in the checkpoint and
// every older checkpoint is consistent with it, else says why and exits 1.
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
	entries := 0
	for _, name := range []string{"shared.jsonl", "cases.jsonl"} {
		count, err := eachLine(at(name), func(one line) error {
			return tlog.CheckRecord(tlog.RecordProof(one.Path), tree.N, tree.Hash, one.Position,
				tlog.RecordHash(one.Entry))
		})
		if err != nil {
			return err
		}
		entries += count
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
	fmt.Printf("entries %d checkpoints %d\n", entries, checkpoints)
	return nil
}

func main() {
	if err := check(os.Args[1]); err != nil {
		fmt.Println(err)
		os.Exit(1)
	}
}
