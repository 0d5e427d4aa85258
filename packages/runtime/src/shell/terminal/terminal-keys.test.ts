import { expect, test } from 'vitest'
import { readKeys } from './terminal-keys'

test('letters are text, control characters are keys', () => {
  expect(readKeys('ls')).toEqual([{ type: 'text', text: 'ls' }])
  expect(readKeys('\r')).toEqual([{ type: 'enter' }])
  expect(readKeys('\x03')).toEqual([{ type: 'interrupt' }])
  expect(readKeys('é\x7f')).toEqual([{ type: 'text', text: 'é' }, { type: 'backspace' }])
})

test('cursor keys are read in both modes and in a row', () => {
  expect(readKeys('\x1b[A\x1bOB\x1b[1;5C\x1bb')).toEqual([{ type: 'up' }, { type: 'down' }, { type: 'wordRight' }, { type: 'wordLeft' }])
})

test('unknown sequences insert nothing', () => {
  expect(readKeys('\x1b[5~\x1b[24;2~')).toEqual([])
  expect(readKeys('\x1b')).toEqual([])
})

test('a bracketed paste keeps its lines and loses its control characters', () => {
  expect(readKeys('\x1b[200~a\r\nb\x1b[31m\tc\x1b[201~x')).toEqual([
    { type: 'paste', text: 'a\nb[31m  c' },
    { type: 'text', text: 'x' },
  ])
})

test('several lines at once are a paste even without brackets', () => {
  expect(readKeys('a\rb\r')).toEqual([{ type: 'paste', text: 'a\nb\n' }])
})

test('what xterm answers to a query in the output never becomes text', () => {
  for (const answer of [
    '\x1b[?1;2c',
    '\x1b[0n',
    '\x1b[12;40R',
    '\x1bP1$r0m\x1b\\',
    '\x1b]10;rgb:ffff/0000/0000\x07',
    '\x1b]11;rm -rf\x1b\\',
  ]) {
    expect(readKeys(answer), JSON.stringify(answer)).toEqual([])
  }
})
