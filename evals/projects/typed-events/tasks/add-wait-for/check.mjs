import { assert, read, solved } from '../../../../kit.mjs'
import { compiledTestsPass, library, typesHold } from '../../../../kit-typescript.mjs'

typesHold({
  head: `import { Emitter } from './src/index.ts'
const events = new Emitter<{ tick: number }>()`,
  good: [`events.waitFor('tick').then((n) => n)`, `events.waitFor('tick', { signal: new AbortController().signal })`],
  bad: [`events.waitFor('tock')`],
  options: { lib: ['lib.es2022.d.ts', 'lib.dom.d.ts'] },
})
const { Emitter } = await library()
const listening = (events) => {
  let count = 0
  const all = events.listeners
  const lists = all instanceof Map ? [...all.values()] : Object.values(all ?? {})
  for (const list of lists) count += list.length ?? list.size ?? 0
  return count
}
const events = new Emitter()
const next = events.waitFor('tick')
events.emit('tick', 7)
events.emit('tick', 8)
assert.equal(await next, 7, 'it gives the data of the next event')
assert.equal(listening(events), 0, 'no listener stays behind an event')
const stop = new AbortController()
const why = new Error('enough')
const waiting = events.waitFor('tick', { signal: stop.signal })
assert.equal(listening(events), 1)
stop.abort(why)
await assert.rejects(waiting, (error) => error === why, 'it rejects with the reason')
assert.equal(listening(events), 0, 'no listener stays behind an abort')
await assert.rejects(
  events.waitFor('tick', { signal: stop.signal }),
  (error) => error === why,
  'a signal that was aborted before rejects too',
)
assert.equal(listening(events), 0, 'and leaves no listener')
const live = new AbortController()
const good = events.waitFor('tick', { signal: live.signal })
events.emit('tick', 9)
assert.equal(await good, 9)
live.abort(why)
assert.match(read('README.md'), /waitFor/, 'the README has it')
assert.ok(compiledTestsPass(), 'the tests of the project pass')
solved()
