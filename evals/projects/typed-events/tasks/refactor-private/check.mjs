import { assert, read, solved } from '../../../../kit.mjs'
import { compiledTestsPass, library, typesHold } from '../../../../kit-typescript.mjs'

typesHold()
assert.match(read('src/emitter.ts'), /new Set\b/, 'there are Sets')
const { Emitter } = await library()
const events = new Emitter()
assert.equal(events.listeners, undefined, 'listeners is not public')
assert.deepEqual(Object.keys(events), [], 'nothing else is')
const seen = []
const twice = (n) => seen.push(n)
const [first] = [events.on('a', twice), events.on('a', twice)]
events.emit('a', 1)
assert.deepEqual(seen, [1, 1], 'a listener that was added twice is told twice')
first()
first()
events.emit('a', 2)
assert.deepEqual(seen, [1, 1, 2], 'ending it once leaves the other')
const told = []
const other = new Emitter()
const stops = []
other.on('b', () => {
  told.push('first')
  stops[0]()
  other.on('b', () => told.push('late'))
})
stops.push(other.on('b', () => told.push('second')))
other.on('b', () => told.push('third'))
other.emit('b')
assert.deepEqual(told, ['first', 'third'], 'who was ended meanwhile is not told, nobody is skipped, who was added waits for the next event')
const once = []
const last = new Emitter()
last.once('c', () => once.push(1))
last.once('c', () => once.push(2))
last.on('c', () => once.push(3))
last.emit('c')
last.emit('c')
assert.deepEqual(once, [1, 2, 3, 3], 'once is once')
assert.ok(compiledTestsPass(), 'the tests of the project pass')
solved()
