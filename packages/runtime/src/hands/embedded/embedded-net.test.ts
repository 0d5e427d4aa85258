import {
  refuseNetwork,
  sessionId,
  type Hands,
  type HandsResult,
  type LeaseId,
  type NetworkAnswer,
  type NetworkFetch,
  type NetworkRequest,
} from '@tabwright/protocol'
import { afterEach, describe, expect, it } from 'vitest'
import { frameTexts } from '../../../../testkit/src/frame-bundles'
import { openThreadFrame } from '../../../../testkit/src/thread-frame'
import { openWorkspace } from '../../workspace/workspace'
import { embeddedHands } from './embedded-hands'
import type { KernelFrame } from './embedded-options'
import { MAX_CHUNK, MAX_FETCHES, MAX_UPLOAD } from './messages'

const files = () => openWorkspace({ entries: [], now: () => 1, loadBlob: () => Promise.reject(new Error('nothing is stored')) }).draft()
const answered = (body: NetworkAnswer['body'], more: Partial<NetworkAnswer> = {}): NetworkAnswer => ({
  status: 200,
  statusText: 'OK',
  url: 'https://a.example/',
  headers: [],
  body,
  ...more,
})
async function* bytes(...parts: readonly (string | Uint8Array)[]): AsyncGenerator<Uint8Array, void> {
  for (const part of parts) yield typeof part === 'string' ? new TextEncoder().encode(part) : part
}

const held: { readonly hands: Hands; readonly lease: LeaseId }[] = []
afterEach(async () => {
  for (const { hands, lease } of held.splice(0)) await hands.release(lease)
})

async function handsOn(frame: () => KernelFrame): Promise<{ readonly hands: Hands; readonly lease: LeaseId }> {
  const hands = embeddedHands({ openFrame: () => Promise.resolve(frame()), bundles: frameTexts })
  const one = { hands, lease: await hands.provision(sessionId('net'), new AbortController().signal) }
  held.push(one)
  return one
}

interface Ran {
  readonly fetch?: NetworkFetch
  readonly timeoutMs?: number
  readonly signal?: AbortSignal
}

async function shell(
  command: string,
  { fetch, timeoutMs = 60_000, signal = new AbortController().signal }: Ran,
  on = handsOn(openThreadFrame),
) {
  const { hands, lease } = await on
  return hands.execute(lease, 'shell', { command, timeoutMs }, { signal, files: files(), output: () => undefined, ...(fetch && { fetch }) })
}

describe('the network of the embedded hands', () => {
  it('passes a request on as it was made, and its answer back', async () => {
    const asked: NetworkRequest[] = []
    const fetch: NetworkFetch = async (request, { sent }) => {
      asked.push(request)
      sent()
      return answered(bytes('one ', 'two\n'), { status: 201, statusText: 'Made', headers: [['X-A', 'b']] })
    }
    const { text } = await shell("printf 'a\\0b' | curl -si --data-binary @- -H 'X-B: c' https://a.example/p?q=1", { fetch })
    expect(text).toBe('HTTP/1.1 201 Made\r\nX-A: b\r\n\r\none two\n')
    expect(asked[0]).toMatchObject({ method: 'POST', url: 'https://a.example/p?q=1' })
    expect(asked[0]?.headers).toContainEqual(['X-B', 'c'])
    expect([...(asked[0]?.body ?? [])]).toEqual([97, 0, 98])
    expect(asked[0]?.purpose).toContain('curl -si --data-binary')
  })

  it('lets large bodies through both ways in pieces, and no further ahead than was taken', async () => {
    let made = 0
    let received = 0
    async function* much(): AsyncGenerator<Uint8Array, void> {
      for (let n = 0; n < 40; n++) {
        made += 1
        yield new Uint8Array(MAX_CHUNK).fill(0x78)
      }
    }
    const fetch: NetworkFetch = async ({ body }, { sent }) => {
      received = body?.length ?? 0
      sent()
      return answered(much())
    }
    const on = handsOn(openThreadFrame)
    const up = await shell('head -c 5000000 /dev/zero > f; curl -s -T f https://a.example/ | wc -c', { fetch }, on)
    expect([up.text.trim(), received]).toEqual([String(40 * MAX_CHUNK), 5_000_000])
    made = 0
    expect((await shell('curl -s https://a.example/ | head -c 3', { fetch }, on)).text).toBe('xxx')
    expect(made, 'whoever reads little makes the other side stop').toBeLessThan(12)
  })

  it('a command waits for the person longer than its own time, and curl’s --max-time does not count that either', async () => {
    const fetch: NetworkFetch = async (_request, { sent }) => {
      await new Promise((resolve) => setTimeout(resolve, 6000))
      sent()
      return answered(bytes('at last'))
    }
    const result = await shell('curl -s -m 2 https://a.example/', { fetch, timeoutMs: 1000 })
    expect(result).toMatchObject({ text: 'at last', exitCode: 0 })
  }, 30_000)

  it('time that runs out after a request was sent ends it', async () => {
    let isAborted = false
    const fetch: NetworkFetch = (_request, { sent, signal }) => {
      sent()
      return new Promise((_resolve, reject) => {
        signal.addEventListener('abort', () => {
          isAborted = true
          reject(new Error('aborted'))
        })
      })
    }
    const on = handsOn(openThreadFrame)
    expect(await shell('curl -sS -m 0.3 https://a.example/', { fetch }, on)).toMatchObject({
      exitCode: 28,
      text: expect.stringMatching(/^curl: \(28\) Operation timed out after \d+ milliseconds with 0 bytes received/),
    })
    expect(isAborted).toBe(true)
    isAborted = false
    expect((await shell('curl -sS https://a.example/', { fetch, timeoutMs: 500 }, on)).exitCode).toBe(124)
    expect(isAborted).toBe(true)
  })

  it('a stop while the person is asked ends the command at once', async () => {
    const stop = new AbortController()
    const fetch: NetworkFetch = (_request, { signal }) =>
      new Promise((_resolve, reject) => {
        signal.addEventListener('abort', () => reject(new Error('aborted')))
        setTimeout(() => stop.abort(), 100)
      })
    expect((await shell('curl -sS https://a.example/; echo on', { fetch, signal: stop.signal })).exitCode).toBe(130)
  })

  it('more requests than may be on their way at once wait in line', async () => {
    let now = 0
    let most = 0
    const fetch: NetworkFetch = async (_request, { sent }) => {
      most = Math.max(most, ++now)
      await new Promise((resolve) => setTimeout(resolve, 20))
      sent()
      now -= 1
      return answered(bytes('x'))
    }
    const { text } = await shell('for i in $(seq 20); do curl -s https://a.example/$i & done; wait', { fetch })
    expect(text.replaceAll(/[^x]/g, '')).toBe('x'.repeat(20))
    expect(most).toBeLessThanOrEqual(MAX_FETCHES)
  })

  it('refusals reach the command with their words; without a way there is one, too', async () => {
    const fetch: NetworkFetch = () => refuseNetwork('denied', 'The person denied the request to a.example. Nothing was sent.')
    const on = handsOn(openThreadFrame)
    const denied = await shell('curl -sS https://a.example/', { fetch }, on)
    expect([denied.exitCode, denied.text]).toEqual([
      7,
      expect.stringContaining('The person denied the request to a.example. Nothing was sent.'),
    ])
    const none = await shell('curl -sS https://a.example/', {}, on)
    expect([none.exitCode, none.text]).toEqual([6, expect.stringContaining('Nothing was sent.')])
  })

  it('programs have no network of their own', async () => {
    for (const module of ['http', 'https']) {
      const { text } = await shell(
        `node -e "${module}.get('${module}://a.example/').on('error', (error) => console.log(error.message))"`,
        {},
      )
      expect(text, module).toContain('network')
    }
  })
})

type Say = (post: (message: unknown) => void, id: number) => void

/** A kernel that says what a test wants when a command comes, and lives on. */
function forged(say: Say): () => KernelFrame & { isClosed(): boolean } {
  return () => {
    const channel = new MessageChannel()
    let closed = false
    channel.port2.addEventListener('message', (event: MessageEvent<unknown>) => {
      const [kernel] = event.ports
      if (kernel === undefined) return
      kernel.addEventListener('message', ({ data }: MessageEvent<{ type?: string; id?: number }>) => {
        if (data.type === 'run') say((message) => kernel.postMessage(message), data.id ?? 0)
        if (data.type === 'ping') kernel.postMessage({ type: 'alive' })
      })
      kernel.start()
      kernel.postMessage({ type: 'ready' })
    })
    channel.port2.start()
    return {
      port: channel.port1,
      isClosed: () => closed,
      close() {
        closed = true
        channel.port2.close()
      },
    }
  }
}

const FETCH = { type: 'fetch', id: 1, method: 'GET', url: 'https://a.example/', headers: [], purpose: '', useToken: false }

describe('a kernel that is not to be trusted', () => {
  const waits: NetworkFetch = () => new Promise(() => undefined)
  const lost = async (say: Say, fetch = waits): Promise<HandsResult> => shell('x', { fetch }, handsOn(forged(say)))

  const CASES: readonly (readonly [string, Say])[] = [
    ['asks for more at once than it may', (post) => Array.from({ length: MAX_FETCHES + 1 }, (_, n) => post({ ...FETCH, id: n + 1 }))],
    ['uses a number twice', (post) => [FETCH, FETCH].forEach((message) => post(message))],
    [
      'sends more than it said',
      (post) =>
        [
          { ...FETCH, size: 1 },
          { type: 'fetch-bytes', id: 1, bytes: new Uint8Array(2) },
        ].forEach((m) => post(m)),
    ],
    ['sends a piece that is too large', (post) => post({ type: 'fetch-bytes', id: 1, bytes: new Uint8Array(MAX_CHUNK + 1) })],
    ['says that it will send too much', (post) => post({ ...FETCH, size: MAX_UPLOAD + 1 })],
    ['takes what was never given', (post) => [FETCH, { type: 'fetch-took', id: 1, size: 1 }].forEach((message) => post(message))],
    ['speaks of a request that it never made', (post) => post({ type: 'fetch-drop', id: 7 })],
    ['asks with a method of its own', (post) => post({ ...FETCH, method: 'CONNECT' })],
    ['asks with too many headers', (post) => post({ ...FETCH, headers: Array.from({ length: 65 }, () => ['a', 'b']) })],
  ]

  it.each(CASES)('is thrown away when it %s', async (_what, say) => {
    await expect(lost((post) => say(post, 0))).rejects.toMatchObject({ failure: { code: 'sandbox_lost' } })
  })

  it('cannot hold the clock by a request whose body never comes', async () => {
    const on = handsOn(forged((post) => post({ ...FETCH, size: 5 })))
    await expect(shell('x', { fetch: waits, timeoutMs: 200 }, on)).rejects.toMatchObject({ failure: { code: 'sandbox_lost' } })
  }, 20_000)
})
