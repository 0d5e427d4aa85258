import { sessionId } from '@tabwright/protocol'
import { expect, it } from 'vitest'
import { frameTexts } from '../../../testkit/src/frame-bundles'
import { openThreadFrame } from '../../../testkit/src/thread-frame'
import type { HookEnd } from '../core/hooks/hook-ports'
import { embeddedHands } from './embedded/embedded-hands'
import { hookPlace } from './hook-place'

const SESSION = sessionId('hooks')
const { signal } = new AbortController()
const bytes = (text: string): Uint8Array => new TextEncoder().encode(text)

it(
  '[F45] runs a handler with its input and its own files, without a network, and the next one finds them as they were',
  { timeout: 60_000 },
  async () => {
    const hands = embeddedHands({ openFrame: () => Promise.resolve(openThreadFrame()), bundles: frameTexts })
    const place = hookPlace({ session: SESSION, clock: { now: Date.now }, hands })
    const run = (script: string, source: string, timeoutMs = 20_000): Promise<HookEnd> => {
      const files = [
        { path: '.tabwright/hooks.json', bytes: bytes('{}') },
        { path: `.tabwright/hooks/${script}`, bytes: bytes(source) },
        { path: '.tabwright/hooks/words.json', bytes: bytes('{"word":"kept"}') },
      ]
      return place.run({ files, script: `.tabwright/hooks/${script}`, input: '{"tool_name":"shell"}', timeoutMs, signal })
    }
    try {
      const changes = `const fs = require('fs')
      const { tool_name } = JSON.parse(fs.readFileSync(0, 'utf8'))
      const { word } = require('./words.json')
      fs.writeFileSync(__dirname + '/words.json', '{"word":"changed"}')
      fs.writeFileSync('/workspace/left.txt', 'x')
      console.log(JSON.stringify({ systemMessage: [tool_name, word, fs.existsSync('/workspace/left.txt')].join(' ') }))`
      const first = await run("a's.js", changes)
      expect(first).toMatchObject({ type: 'ended', exitCode: 0, stdout: '{"systemMessage":"shell kept true"}\n' })
      const looks = `const fs = require('fs')
      console.log(require('./words.json').word, fs.existsSync('/workspace/left.txt'), fs.readdirSync('/workspace').join())`
      expect(await run('b.js', looks)).toMatchObject({ stdout: 'kept false .hook-input.json,.tabwright\n' })
      const reaches = `(async () => { try { await fetch('https://example.org'); console.log('out') } catch { console.log('kept in') } })()`
      expect(await run('c.js', reaches)).toMatchObject({ exitCode: 0, stdout: 'kept in\n' })
      expect(await run('d.js', `process.stderr.write('no deploys'); process.exit(2)`)).toMatchObject({ exitCode: 2, stderr: 'no deploys' })
      expect(await run('e.js', 'for (;;) {}', 300)).toEqual({ type: 'timeout' })
      expect(await run('f.js', `console.log('still here')`)).toMatchObject({ stdout: 'still here\n' })
    } finally {
      await hands.release(await hands.provision(SESSION, signal))
    }
  },
)

it('[rule 85] a place that cannot be opened is an end of the handler, not of the session', async () => {
  const hands = embeddedHands({ openFrame: () => Promise.reject(new Error('no frame here')), bundles: frameTexts })
  const place = hookPlace({ session: SESSION, clock: { now: Date.now }, hands })
  expect(await place.run({ files: [], script: 'x.js', input: '{}', timeoutMs: 1000, signal })).toEqual({
    type: 'lost',
    message: expect.any(String),
  })
})
