const test = require('node:test')
const assert = require('node:assert/strict')
const { spawnSync } = require('node:child_process')
const path = require('node:path')

const cli = path.join(__dirname, '..', 'bin', 'worklog.js')
const week = path.join(__dirname, '..', 'examples', 'week.log')

test('reports the example', () => {
  const { stdout, status } = spawnSync(process.execPath, [cli, week], { encoding: 'utf8' })
  assert.equal(status, 0)
  assert.match(stdout, /^total\s+8h 00m$/m)
})

test('says what it does not know', () => {
  const { stderr, status } = spawnSync(process.execPath, [cli, '--colour', week], { encoding: 'utf8' })
  assert.equal(status, 2)
  assert.match(stderr, /unknown option --colour/)
})
