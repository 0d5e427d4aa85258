import { writeFileSync } from 'node:fs'
import { assert, isThere, load, node, read, solved, testsPass } from '../../../../kit.mjs'

assert.ok(isThere('src/keys.js'), 'there is a src/keys.js')
const { createKeys } = await load('src/keys.js')
const target = new EventTarget()
const { input, stop } = createKeys(target)
const send = (type, more = {}) => {
  const event = Object.assign(new Event(type, { cancelable: true }), more)
  target.dispatchEvent(event)
  return event.defaultPrevented
}
const held = () => ['up', 'down', 'left', 'right', 'fire'].filter((name) => input[name])
for (const [code, name] of Object.entries({
  ArrowUp: 'up',
  KeyW: 'up',
  ArrowDown: 'down',
  KeyS: 'down',
  ArrowLeft: 'left',
  KeyA: 'left',
  ArrowRight: 'right',
  KeyD: 'right',
  Space: 'fire',
})) {
  assert.equal(send('keydown', { code, key: '?' }), true, `${code} does not scroll the page`)
  assert.deepEqual(held(), [name], `${code} is ${name}`)
  send('keyup', { code, key: '?' })
  assert.deepEqual(held(), [], `${code} is released`)
}
assert.equal(send('keydown', { code: 'Tab', key: 'Tab' }), false, 'other keys are left alone')
assert.equal(send('keydown', { code: 'KeyX', key: 'ArrowUp' }), false, 'it goes by code')
assert.deepEqual(held(), [])
for (const modifier of ['ctrlKey', 'altKey', 'metaKey']) {
  assert.equal(send('keydown', { code: 'KeyS', [modifier]: true }), false, `${modifier} with S is the browser's`)
  assert.deepEqual(held(), [], 'and does not steer')
}
send('keydown', { code: 'KeyW' })
send('keyup', { code: 'KeyW', ctrlKey: true })
assert.deepEqual(held(), [], 'a key that is let go with Ctrl held is let go')
send('keydown', { code: 'ArrowUp' })
send('keydown', { code: 'KeyW' })
send('keyup', { code: 'ArrowUp' })
assert.deepEqual(held(), ['up'], 'two keys for the same thing: one of them is still held')
send('keyup', { code: 'KeyW' })
assert.deepEqual(held(), [], 'both are up')
send('keydown', { code: 'ArrowUp' })
send('keydown', { code: 'ArrowUp', repeat: true })
send('keydown', { code: 'Space' })
send('blur')
assert.deepEqual(held(), [], 'blur releases everything')
send('keydown', { code: 'ArrowUp' })
send('keyup', { code: 'ArrowUp' })
assert.deepEqual(held(), [], 'and nothing is held for good afterwards')
stop()
assert.equal(send('keydown', { code: 'ArrowUp' }), false, 'stop removes the listeners')
assert.deepEqual(held(), [])
writeFileSync(
  'page.mjs',
  `const page = new EventTarget()
globalThis.addEventListener = page.addEventListener.bind(page)
globalThis.removeEventListener = page.removeEventListener.bind(page)
globalThis.window = globalThis
const xs = []
const context = new Proxy({}, { get: (_, name) => name === 'moveTo' ? (x) => xs.push(x) : () => undefined, set: () => true })
globalThis.document = Object.assign(new EventTarget(), { querySelector: () => ({ getContext: () => context }), getElementById: () => ({ getContext: () => context }), body: page, documentElement: page })
let frame
globalThis.requestAnimationFrame = (next) => (frame = next)
await import('./src/game.js')
for (const one of [page, document]) one.dispatchEvent(Object.assign(new Event('keydown', { cancelable: true }), { code: 'KeyD', key: 'd' }))
for (let n = 0; n < 12; n++) frame(n * 16.7)
console.log(xs.at(-1) > xs[0])`,
)
assert.equal(node(['page.mjs']).out.trim(), 'true', 'the game is steered by it')
assert.doesNotMatch(read('src/game.js'), /keydown/, 'game.js listens to no key itself')
assert.ok(testsPass(), 'the tests of the project pass')
solved()
