import { expect, test } from 'vitest'
import { sidedLines } from './layout.mjs'

test.each([
  'margin-left: 1px;',
  'border-right-color: red;',
  'left: 0;',
  'text-align: right;',
  'border-top-left-radius: 2px;',
  'padding: 0 calc(1rem + var(--a)) 0 0;',
  'margin: 0 0 0 var(--space-2);',
])('a side of the screen is found in a style sheet: %s', (line) => {
  expect(sidedLines(`.a {\n  ${line}\n}`)).toEqual([2])
})

test.each([
  'margin-inline-start: 1px;',
  'left: var(--active-tab-left);',
  'transition: left 1s;',
  'padding: 0 calc(1rem + 2px) 1px calc(1rem + 2px);',
  'margin: 0 auto var(--space-2);',
  'text-align: start;',
])('what is the same from both sides, or follows the language, is none: %s', (line) => {
  expect(sidedLines(`.a {\n  ${line}\n}`)).toEqual([])
})
