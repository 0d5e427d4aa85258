const test = require('node:test')
const assert = require('node:assert/strict')
const { sumByProject, textReport, markdownReport } = require('../src/report')

const entries = [
  { project: 'website', minutes: 150 },
  { project: 'api', minutes: 45 },
  { project: 'website', minutes: 5 },
]

test('adds up by project, the longest first', () => {
  assert.deepEqual(sumByProject(entries), [
    ['website', 155],
    ['api', 45],
  ])
})

test('reports as text', () => {
  assert.equal(textReport(sumByProject(entries)), 'website    2h 35m\napi        0h 45m\ntotal      3h 20m\n')
})

test('reports as a table', () => {
  assert.match(markdownReport(sumByProject(entries)), /^\| website \| 2h 35m \|$/m)
})
