import { describe, it } from 'vitest'
import { expectAgreement, hasTools } from '../../../../../testkit/src/shell-lab'
import { archiveCommands } from '../archive'
import { dataCommands } from '../data'
import { fileCommands } from '../files'
import { searchCommands } from '../search'
import { textCommands } from '../text'

const commands = [...archiveCommands, ...fileCommands, ...dataCommands, ...searchCommands, ...textCommands]

const TEXTS: Readonly<Record<string, string>> = {
  plain: 'hello\n', utf8: 'héllo\n', latin: 'caf\udce9\n', old: 'a\udc93b\udc94\n', nul: 'a\0b', control: 'a\u0001b\n', empty: '', one: 'a', newline: '\n',
  crlf: 'a\r\nb\r\n', cr: 'a\rb\r', mixed: 'a\r\nb\n', unended: 'no end', long: 'x'.repeat(700), longer: `${'y'.repeat(400)}\nz\n`, bom: '\ufeffmark\n',
  escapes: 'a\u001b[31mred\n', strikes: 'a\bb\n', form: 'a\fb\n', wide: '\udcff\udcfeh\0i\0', wideBig: '\udcfe\udcff\0a\0b',
  'bash.sh': '#!/bin/bash\necho hi\n', 'sh.sh': '#!/bin/sh\nx\n', 'env.sh': '#!/usr/bin/env bash\n', zsh: '#!/bin/zsh\n', dash: '#!/bin/dash\nx\n',
  'a.py': '#!/usr/bin/env python3\nimport os\n', 'b.py': 'import os\ndef f(x):\n    return x\n', 'c.py': 'from os import path\n', 'd.py': 'class A:\n    pass\n',
  'e.py': '"""doc"""\nx = 1\n', 'f.py': 'if __name__ == "__main__":\n    x()\n', 'g.py': 'import os\nprint(1)\n',
  'node.js': '#!/usr/bin/env node\nx\n', 'a.js': 'const a = 1\nfunction f() { return a }\n', 'b.ts': "import { a } from './b'\nexport const x = 1\n",
  'c.js': "const a = require('b')\n", 'd.js': 'module.exports = 1\n', 'e.js': "'use strict'\n", 'f.ts': 'export interface A { a: 1 }\n', 'g.ts': 'type A = string\n',
  'pl.pl': '#!/usr/bin/perl\nuse strict;\n', 'rb.rb': '#!/usr/bin/env ruby\nputs 1\n', 'awk.awk': '#!/usr/bin/awk -f\n', 'sed.sed': '#!/bin/sed -f\n',
  'a.json': '{"a": [1, 2]}\n', 'b.json': '[]', 'c.json': '{"a":1,}\n', 'd.json': '{"a":1}\n{"b":2}\n', 'e.json': '"text"\n', 'f.json': '  {"a":null}  \n',
  'a.csv': 'a,b,c\n1,2,3\n4,5,6\n', 'b.csv': 'a,b\n1,2\n', 'c.csv': 'a,b,c\n1,2\n', 'd.csv': '"x,y",b,c\n1,2,3\n', 'e.csv': 'a,b,c\n',
  'a.html': '<!DOCTYPE html>\n<html></html>\n', 'b.html': '<html lang="en">', 'c.html': '<head>\n</head>\n', 'a.xml': '<?xml version="1.0"?>\n<a/>\n',
  'b.svg': '<svg xmlns="http://www.w3.org/2000/svg"></svg>', 'c.svg': '<?xml version="1.0" encoding="UTF-8"?>\n<svg/>\n', 'u.xml': '<?xml version="1.0"?>\n<a>é</a>\n',
  'a.c': '#include <stdio.h>\nint main(void) { return 0; }\n', 'b.c': 'int main(int a)\n{\n}\n', 'a.cpp': '#include <x>\nclass A { public: int x; };\n',
  'a.h': '#ifndef A\n#define A\n#endif\n', 'b.h': '#define A 1\n', 'a.go': 'package main\nfunc main() {}\n', 'a.rs': 'use std::io;\nfn main() {\n}\n',
  'A.java': 'package a.b;\nimport java.util.List;\npublic class A {\n}\n', 'B.java': 'public class A {}\n', Makefile: 'all:\n\techo hi\n', 'm.mk': 'CC=gcc\n\nall: x\n\tcc\n',
  'a.md': '# Title\n\ntext\n', 'a.yaml': 'key: value\nlist:\n  - a\n', 'a.ini': '[a]\nb=1\n', 'a.toml': '[a]\nb = "1"\n', 'a.css': 'a { b: c; }\n', 'a.sql': 'SELECT 1;\n',
  'a.php': '<?php echo 1; ?>\n', 'a.tex': '\\documentclass{a}\n', 'a.bat': '@echo off\n', 'a.diff': '--- a\n+++ b\n@@ -1 +1 @@\n-a\n+b\n', 'git.diff': 'diff --git a/x b/x\n',
  'ctx.diff': '*** a\n--- b\n***************\n*** 1 ****\n! a\n--- 1 ----\n! b\n', 'a.pem': '-----BEGIN CERTIFICATE-----\nMIIB\n', 'a.pub': 'ssh-rsa AAAA x\n', 'a.rtf': '{\\rtf1 x}',
  'a.png': '\udc89PNG\r\n\u001a\n\0\0\0\rIHDR\0\0\0\u0010\0\0\0 \u0008\u0006\0\0\0', 'a.gif': 'GIF89a\u0010\0 \0', 'a.pdf': '%PDF-1.4\n', 'a.wasm': '\0asm\u0001\0\0\0',
  'a.jpg': '\udcff\udcd8\udcff\udce0\0\u0010JFIF\0\u0001\u0001\0\0\u0001\0\u0001\0\0', 'a.wav': 'RIFF$\0\0\0WAVEfmt ', Dockerfile: 'FROM a\nRUN b\n', '.env': 'A=1\n', 'a.log': '2024-01-01 a\n',
} // prettier-ignore

const scripts = [
  ...Object.keys(TEXTS).map((name) => `file '${name}'; file -i '${name}'`),
  'file plain utf8 nosuch empty a.png; file *.json | sort; mkdir d; ln -s plain l; ln -s nowhere broken; file d l broken; file -L l; file -i d l empty broken',
  'file -b plain; file -b --mime-type a.json; file --mime-encoding plain utf8 nul; file -bi a.html; file --mime-type -b a.py; file -F " =>" plain; file -N plain a.json; file -0 plain | od -c; file -E nosuch; echo $?; file nosuch; echo $?',
  'file - < plain; cat a.json | file -; cat a.py | file -b -; printf "plain\\nutf8\\n" | file -f -; echo plain > list; file -f list a.json; file; echo $?; file -q plain; echo $?; file /dev/null d/ nosuch/x; file -s /dev/null; file -h plain; file -rnp plain',
  'touch -d @1000000000 plain; gzip -k plain; file plain.gz; gzip -9 -c plain > nine.gz; file nine.gz; gzip -n -c plain > n.gz; file n.gz; file --mime n.gz; gzip -1 < plain > one.gz; file one.gz',
  'tar cf a.tar plain; file a.tar; tar cf u.tar --format=ustar plain; file u.tar; tar cf v.tar --format=v7 plain; file v.tar; zip -q a.zip plain; file a.zip; zip -q b.zip long; file b.zip; file -i a.tar a.zip; tar czf a.tgz plain; file -b a.tgz | cut -d, -f1',
]

const isThere = hasTools('file', 'zip')

describe('file', () => {
  for (const script of scripts)
    it.skipIf(!isThere)(`says what file 5.44 says: ${script.slice(0, 120)}`, () => expectAgreement({ script, files: TEXTS, commands }))
})
