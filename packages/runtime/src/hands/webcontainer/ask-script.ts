import { MARK, RUN_FOLDER } from './run-script'

/** Where it lies in the container, beside the helper of programs. */
export const ASK_SCRIPT = `${RUN_FOLDER}/ask.cjs`

/** Where the request of this number is left for it; `.body` instead of `.json`: what it brings along. */
export const askFile = (id: number): string => `${RUN_FOLDER}/ask-${id}`

/** Typed at it: `a` asks, `t` says that a piece was taken, `d` that nobody wants the rest. Terminals show what is typed, so it is known again. */
export const TYPED = /#[atd]\d+\r?\n/g

/**
 * Runs in the container and asks its programs for the preview: they listen there, where no request from outside comes. Pieces of answers
 * are lines, as those of `RUN_TEXT`: a tag, the request's number, base64.
 */
export const ASK_TEXT = `'use strict'
const fs = require('node:fs')
const http = require('node:http')
const AHEAD = 16
const open = new Map()
const say = (tag, id, bytes) => process.stdout.write('${MARK}' + tag + id + ' ' + Buffer.from(bytes).toString('base64') + '\\n')
const end = (id, type, message) => {
  if (open.delete(id)) say('e', id, type === undefined ? '' : JSON.stringify({ type, message: String(message).slice(0, 500) }))
}
const take = (name) => {
  const bytes = fs.readFileSync(name)
  fs.rmSync(name, { force: true })
  return bytes
}
const ask = (id) => {
  const name = '${RUN_FOLDER}/ask-' + id
  const { port, method, path, headers, hasBody } = JSON.parse(take(name + '.json').toString())
  const body = hasBody ? take(name + '.body') : undefined
  const host = headers.some(([name]) => name.toLowerCase() === 'host') ? [] : ['host', 'localhost:' + port]
  const request = http.request({ host: 'localhost', port, method, path, headers: [...host, ...headers.flat()], agent: false })
  const one = { request, response: undefined, ahead: 0 }
  open.set(id, one)
  request.on('response', (response) => {
    one.response = response
    const raw = response.rawHeaders
    const pairs = raw.flatMap((name, at) => (at % 2 === 0 ? [[name, raw[at + 1]]] : []))
    say('h', id, JSON.stringify({ status: response.statusCode, statusText: response.statusMessage, headers: pairs }))
    response.on('data', (bytes) => {
      for (let at = 0; at < bytes.length; at += 49152) {
        say('b', id, bytes.subarray(at, at + 49152))
        one.ahead += 1
      }
      if (one.ahead >= AHEAD) response.pause()
    })
    response.on('end', () => end(id))
    response.on('close', () => end(id, 'cut', 'The program ended before its answer did.'))
    response.on('error', () => end(id, 'cut', 'The answer of the program broke off.'))
  })
  request.on('error', (error) => end(id, error.code === 'ECONNREFUSED' ? 'unreachable' : 'cut', error.code || error.message))
  request.end(body)
}
const hear = (tag, id) => {
  if (tag === 'a') {
    try {
      ask(id)
    } catch (error) {
      open.set(id, undefined)
      end(id, 'cut', 'The program could not be asked: ' + error.message)
    }
  }
  const one = open.get(id)
  if (one === undefined) return
  if (tag === 't' && --one.ahead < AHEAD) one.response.resume()
  if (tag === 'd') {
    open.delete(id)
    one.request.destroy()
  }
}
let rest = ''
if (process.stdin.isTTY) process.stdin.setRawMode(true)
process.stdin.on('data', (bytes) => {
  const lines = (rest + bytes).split(/[\\r\\n]+/)
  rest = lines.pop()
  for (const line of lines) if (line.startsWith('#')) hear(line[1], Number(line.slice(2)))
})
`
