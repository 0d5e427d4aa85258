import { expect, test } from 'vitest'
import { EMPTY_LINE, type Line, type LineStep, nextLine } from './line-editor'
import { type KeyName, readKeys } from './terminal-keys'

const type = (line: Line, data: string): LineStep => readKeys(data).reduce<LineStep>((step, key) => nextLine(step.line, key), { line })
const press = (line: Line, ...keys: readonly KeyName[]): Line => keys.reduce((now, key) => nextLine(now, { type: key }).line, line)
const typed = (text: string): Line => type(EMPTY_LINE, text).line
/** The text with the cursor as a bar. */
const show = (line: Line): string => `${line.text.slice(0, line.cursor)}|${line.text.slice(line.cursor)}`

test('typing inserts at the cursor', () => {
  expect(show(nextLine(press(typed('ls -a'), 'left', 'left'), { type: 'text', text: 'x' }).line)).toBe('ls x|-a')
})

test('Home, End, Ctrl-U and Ctrl-K work on the row', () => {
  const line = press(typed('git status'), 'home')
  expect(show(line)).toBe('|git status')
  expect(show(press(line, 'right', 'right', 'right', 'killToEnd'))).toBe('git|')
  expect(show(press(line, 'end', 'wordLeft', 'killToStart'))).toBe('|status')
})

test('Ctrl-W takes back to the blank, Ctrl-Y puts it in again', () => {
  const cut = press(typed('cat src/a.ts'), 'killWord')
  expect(show(cut)).toBe('cat |')
  expect(show(press(cut, 'yank', 'yank'))).toBe('cat src/a.tssrc/a.ts|')
})

test('words are letters and digits', () => {
  expect(show(press(typed('cat src/a.ts'), 'wordLeft', 'wordLeft'))).toBe('cat src/|a.ts')
  expect(show(press(typed('cat src/a.ts'), 'home', 'wordRight', 'wordRight'))).toBe('cat src|/a.ts')
})

test('the cursor never stands inside a grapheme', () => {
  const line = typed('a👩‍👩‍👧e\u0301')
  expect(show(press(line, 'left'))).toBe('a👩‍👩‍👧|e\u0301')
  expect(show(press(line, 'backspace', 'backspace'))).toBe('a|')
})

test('the arrow keys look through the history and come back to the draft', () => {
  const line = { ...typed('dra'), history: ['one', 'two'], at: 2 }
  expect(show(press(line, 'up'))).toBe('two|')
  expect(show(press(line, 'up', 'up', 'up'))).toBe('one|')
  expect(show(press(line, 'up', 'up', 'down', 'down'))).toBe('dra|')
})

test('Ctrl-T lets two characters change places', () => {
  expect(show(press(typed('sl'), 'transpose'))).toBe('ls|')
  expect(show(press(typed('sl -a'), 'home', 'right', 'transpose'))).toBe('ls| -a')
})

test('Ctrl-D leaves at an empty line and deletes in one with text', () => {
  expect(nextLine(EMPTY_LINE, { type: 'endOfInput' }).effect).toEqual({ type: 'leave' })
  expect(show(press(typed('ab'), 'home', 'endOfInput'))).toBe('|b')
})

test('Enter runs the line and empties it', () => {
  const step = type(typed('npm test'), '\r')
  expect(step.effect).toEqual({ type: 'run', text: 'npm test' })
  expect(show(step.line)).toBe('|')
})

test('a paste of several lines waits for Enter, then runs', () => {
  const pasted = type(EMPTY_LINE, '\x1b[200~ls\n\npwd\n\x1b[201~')
  expect(pasted.effect).toBeUndefined()
  expect(pasted.line.text).toBe('ls\n\npwd\n')
  expect(nextLine(pasted.line, { type: 'enter' }).effect).toEqual({ type: 'run', text: 'ls\n\npwd\n' })
})

test('Ctrl-C drops the line and asks to interrupt', () => {
  const step = nextLine(typed('rm -rf'), { type: 'interrupt' })
  expect(step).toMatchObject({ line: { text: '' }, effect: { type: 'interrupt' } })
})

test('an empty Enter runs nothing', () => {
  expect(nextLine(EMPTY_LINE, { type: 'enter' }).effect).toEqual({ type: 'run', text: '' })
})

test('an unfinished command waits for its next line, and runs whole', () => {
  const waiting = type(typed('cat <<E'), '\r')
  expect(waiting.effect).toBeUndefined()
  expect(show(waiting.line)).toBe('cat <<E\n|')
  const more = type(type(type(waiting.line, 'a').line, '\r').line, 'E').line
  expect(type(more, '\r').effect).toEqual({ type: 'run', text: 'cat <<E\na\nE' })
})

test('Ctrl-C drops what an unfinished command has collected', () => {
  const waiting = type(typed("echo 'a"), '\r').line
  expect(show(nextLine(waiting, { type: 'interrupt' }).line)).toBe('|')
})
