import { assert, read, solved } from '../../../../kit.mjs'
import { compiledTestsPass, library, typesHold } from '../../../../kit-typescript.mjs'

assert.doesNotMatch(read('src/emitter.ts').replaceAll(/\/\*[\s\S]*?\*\/|\/\/.*/g, ''), /\bany\b/, 'there is no any in src/emitter.ts')
typesHold({
  head: `import { Emitter } from './src/index.ts'
interface Events { login: { user: string }; logout: undefined; tick: number }
const events = new Emitter<Events>()`,
  good: [
    `events.emit('login', { user: 'ada' })`,
    `events.emit('logout')`,
    `events.emit('tick', 1)`,
    `events.on('login', ({ user }) => user.trim())`,
    `const stop: () => void = events.once('tick', (n) => n.toFixed())`,
    `events.on('logout', () => undefined)`,
    `events.on('login', (data: { user: string }) => undefined)`,
  ],
  bad: [
    `events.emit('login', { usr: 'ada' })`,
    `events.emit('login')`,
    `events.emit('tick', 'one')`,
    `events.emit('logon', { user: 'ada' })`,
    `events.on('login', (data) => data.usr)`,
    `events.on('tick', (n: string) => n)`,
    `events.once('tick', (n) => n.trim())`,
    `events.on('nothing', () => undefined)`,
  ],
})
const { Emitter } = await library()
const seen = []
const events = new Emitter()
events.once('a', (n) => seen.push(n))
events.emit('a', 1)
events.emit('a', 2)
assert.deepEqual(seen, [1], 'it works as before')
assert.ok(compiledTestsPass(), 'the tests of the project pass')
solved()
