import { expect, test } from 'vitest'
import { FIRST_LOAD, firstFiles, tooHeavy } from './first-load.mjs'

const DOCUMENT = `
  <script src="/theme.js"></script>
  <script type="module" crossorigin src="/assets/first-AbC_1-23.js"></script>
  <link rel="modulepreload" crossorigin href="/assets/react-dom-x.js">
  <link rel="stylesheet" crossorigin href="/assets/first-y.css">`

test('the first load is the entry and what it imports, and nothing else', () => {
  expect(firstFiles(DOCUMENT)).toEqual(['assets/first-AbC_1-23.js', 'assets/react-dom-x.js'])
})

test('a document without an entry does not weigh nothing', () => {
  expect(() => firstFiles(DOCUMENT.replace('first-AbC', 'other'))).toThrow('no first part')
})

test('a first load over its ceiling is told with its excess', () => {
  expect(tooHeavy(FIRST_LOAD)).toBeUndefined()
  expect(tooHeavy(FIRST_LOAD + 1500)).toContain('1.5 more than it may')
})
