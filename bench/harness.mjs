import { createServer } from 'node:http'
import { inChromium, median } from './in-chromium.mjs'

// From Enter, and from a tool's result, to the model server's first byte, the log written ahead on the way; against the same request whose
// body is there already. `node bench/run.mjs harness`
const EARLIER = [0, 500]
/** Turns of one run: one alone says little. */
const TURNS = 20

/**
 * P4b. `ours` and `limit` are both round trips from the page.
 * @param {number} rounds
 * @returns {Promise<readonly import('./run.mjs').Row[]>}
 */
export async function harness(rounds) {
  const server = createServer(reply)
  await /** @type {Promise<void>} */ (new Promise((resolve) => server.listen(0, '127.0.0.1', resolve)))
  const address = server.address()
  const baseUrl = `http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}`
  try {
    const rows = []
    for (const earlier of EARLIER) rows.push(...(await after(earlier, baseUrl, rounds * TURNS)))
    return rows
  } finally {
    server.closeAllConnections()
    server.close()
  }
}

/**
 * @param {number} earlier
 * @param {string} baseUrl
 * @param {number} turns
 * @returns {Promise<readonly import('./run.mjs').Row[]>}
 */
function after(earlier, baseUrl, turns) {
  return inChromium('harness', async (page) => {
    const samples = await page.evaluate(
      ([many, options]) => window.measureHarness(many, options),
      /** @type {const} */ ([turns, { earlier, baseUrl }]),
    )
    const of = (/** @type {keyof import('./harness/page').HarnessSample} */ what) => median(samples.map((sample) => sample[what]))
    const where = earlier === 0 ? 'new session' : `after ${earlier} turns`
    const row = (/** @type {string} */ what, /** @type {'enter' | 'result'} */ key) => {
      const [ours, limit] = [of(key), of(`${key}Limit`)]
      return [
        { what: `P4b ${what} to first byte, ${where}`, unit: 'ms', ours, limit, ratio: ours / limit, aim: '≤ 1.5 ×' },
        { what: `P4b ${what} to request given to the platform, ${where}`, unit: 'ms', ours: of(`${key}Own`), aim: '–' },
      ]
    }
    return [...row('Enter', 'enter'), ...row('tool result', 'result')]
  })
}

const HEADERS = { 'access-control-allow-origin': '*', 'access-control-allow-headers': '*, authorization', 'access-control-max-age': '7200' }

/**
 * A call where a person has spoken, an end where its result has come.
 * @param {import('node:http').IncomingMessage} request
 * @param {import('node:http').ServerResponse} response
 */
function reply(request, response) {
  if (request.method === 'OPTIONS') {
    response.writeHead(204, HEADERS).end()
    return
  }
  /** @type {Buffer[]} */
  const parts = []
  request.on('data', (part) => parts.push(part))
  request.on('end', () => {
    const body = Buffer.concat(parts).toString()
    const isResult = body.slice(body.lastIndexOf('"role":"user"')).includes('"tool_result"')
    response.writeHead(200, { ...HEADERS, 'content-type': 'text/event-stream' })
    response.end(
      events(isResult ? TEXT : call())
        .map((event) => `event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`)
        .join(''),
    )
  })
}

let calls = 0
const call = () => ({
  start: { type: 'tool_use', id: `toolu_${(calls += 1)}`, name: 'read_file', input: {} },
  delta: { type: 'input_json_delta', partial_json: '{"path":"a.txt"}' },
  stop: 'tool_use',
})
const TEXT = { start: { type: 'text', text: '' }, delta: { type: 'text_delta', text: 'It holds some lines.' }, stop: 'end_turn' }

/**
 * @param {{ start: object, delta: object, stop: string }} answer
 * @returns {readonly { readonly type: string, readonly [field: string]: unknown }[]}
 */
function events({ start, delta, stop }) {
  const usage = { input_tokens: 10, output_tokens: 5, cache_creation_input_tokens: 0, cache_read_input_tokens: 0 }
  const message = {
    id: 'msg_1',
    type: 'message',
    role: 'assistant',
    model: 'bench-model',
    content: [],
    stop_reason: null,
    stop_sequence: null,
    usage,
  }
  return [
    { type: 'message_start', message },
    { type: 'content_block_start', index: 0, content_block: start },
    { type: 'content_block_delta', index: 0, delta },
    { type: 'content_block_stop', index: 0 },
    { type: 'message_delta', delta: { stop_reason: stop, stop_sequence: null }, usage },
    { type: 'message_stop' },
  ]
}
