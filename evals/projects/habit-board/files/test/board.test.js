import assert from 'node:assert/strict'
import test from 'node:test'
import { createElement as h } from 'react'
import { renderToStaticMarkup } from 'react-dom/server.edge'
import { App } from '../dist/app.js'
import { Board } from '../dist/board.js'
import { streak } from '../dist/dates.js'

const habits = [
  { id: 1, name: 'Read', days: ['2026-03-10', '2026-03-11', '2026-03-12'] },
  { id: 2, name: 'Run', days: ['2026-03-11'] },
]

test('shows each habit with its streak', () => {
  const html = renderToStaticMarkup(h(Board, { habits, today: '2026-03-12', dispatch: () => undefined, empty: '' }))
  assert.match(html, /<li class="habit done">.*Read.*3 days/)
  assert.match(html, /<li class="habit"><label>.*Run.*1 days/)
})

test('counts what is done today', () => {
  const html = renderToStaticMarkup(h(App, { today: '2026-03-12', initial: { habits } }))
  assert.match(html, /<p class="count">1 of 2/)
})

test('a streak ends with a gap', () => {
  assert.equal(streak(['2026-03-09', '2026-03-11'], '2026-03-12'), 1)
  assert.equal(streak([], '2026-03-12'), 0)
})
