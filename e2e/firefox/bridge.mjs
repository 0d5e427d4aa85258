#!/usr/bin/env node
import { spawn } from 'node:child_process'
import { WebSocket, WebSocketServer } from 'ws'
import { findFirefox } from '../../scripts/firefox.mjs'

/**
 * Firefox as Playwright starts it: the same arguments, the same line on standard error, and between the two a socket that answers in the
 * browser's place what the extended support release does not know yet. Everything else of WebDriver BiDi passes as it is.
 */

/** Sent for every context, whatever it is opened with. Without it the system's colours and motion are shown. */
const NOT_KNOWN = new Set(['emulation.setMediaFeaturesOverride'])

/** @typedef {import('node:http').IncomingMessage} IncomingMessage */

const program = findFirefox()
if (program === undefined) {
  console.error('No Firefox found. Install firefox-esr, or name one: TABWRIGHT_FIREFOX=/path/to/firefox')
  process.exit(1)
}
const browser = spawn(program, process.argv.slice(2), { stdio: ['ignore', 'inherit', 'pipe'] })
let said = ''
let isOpen = false
browser.stderr.setEncoding('utf8')
browser.stderr.on('data', (part) => {
  said += part
  const [, address] = /WebDriver BiDi listening on (ws:\/\/\S+)\n/.exec(said) ?? []
  if (address === undefined) return
  if (isOpen) process.stderr.write(part)
  else listen(address)
  isOpen = true
})
browser.on('error', (error) => {
  console.error(`Firefox did not start: ${error.message}`)
  process.exit(1)
})
browser.on('exit', (code) => process.exit(code ?? 1))
for (const signal of /** @type {const} */ (['SIGTERM', 'SIGINT', 'SIGHUP'])) process.on(signal, () => browser.kill(signal))

/** @param {string} address of the browser's own socket */
function listen(address) {
  const server = new WebSocketServer({ host: '127.0.0.1', port: 0 })
  server.on('connection', (driver, request) => join(driver, `${address}${request.url ?? ''}`))
  server.on('listening', () => {
    const place = server.address()
    if (place !== null && typeof place === 'object') console.error(`WebDriver BiDi listening on ws://127.0.0.1:${place.port}`)
  })
}

/** @param {import('ws').RawData} data what a socket gives where nothing else was asked for: one buffer */
const textOf = (data) => (Buffer.isBuffer(data) ? data.toString() : '')

/**
 * @param {WebSocket} driver
 * @param {string} address
 */
function join(driver, address) {
  const target = new WebSocket(address, { perMessageDeflate: false, maxPayload: 2 ** 30 })
  /** @type {string[]} */
  const early = []
  const pass = (/** @type {string} */ text) => (target.readyState === WebSocket.OPEN ? target.send(text) : early.push(text))
  target.on('open', () => {
    for (const text of early.splice(0)) target.send(text)
  })
  driver.on('message', (data) => {
    const text = textOf(data)
    const { id, method } = JSON.parse(text)
    if (NOT_KNOWN.has(method)) driver.send(JSON.stringify({ type: 'success', id, result: {} }))
    else pass(text)
  })
  target.on('message', (data) => driver.send(textOf(data)))
  target.on('error', () => driver.close())
  target.on('close', () => driver.close())
  driver.on('close', () => target.close())
}
