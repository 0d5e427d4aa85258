import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { checkWebcontainers, NOT_RUN } from './check-webcontainers.mjs'

let results = ''
let said: string[] = []
let url = ''
const server = createServer((_request, response) => response.writeHead(302, { location: '/' }).end())

beforeEach(async () => {
  results = mkdtempSync(join(tmpdir(), 'tabwright-check-'))
  said = []
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`
})

const close = (): Promise<void> => new Promise((resolve) => server.close(() => resolve()))

afterEach(async () => {
  rmSync(results, { recursive: true, force: true })
  if (server.listening) await close()
})

const options = (contract: () => Promise<{ code: number; json: undefined | ReturnType<typeof ran> }>) => ({
  service: url,
  browser: () => Promise.resolve('/usr/bin/chromium'),
  contract,
  results,
  say: (line: string) => void said.push(line),
})
const never = (): Promise<never> => Promise.reject(new Error('the contract was run'))
const ran = (failed: number) => ({
  numPassedTests: 2 - failed,
  numFailedTests: failed,
  numPendingTests: 0,
  testResults: [
    {
      message: '',
      assertionResults: ['first', 'second'].map((name, at) => ({
        name,
        fullName: `contract ${name}`,
        status: at < failed ? 'failed' : 'passed',
        failureMessages: at < failed ? ['it was otherwise'] : [],
      })),
    },
  ],
})

test('Where the service cannot be reached nothing is run: that is said with the reason, is no pass, and leaves no report', async () => {
  await close()
  expect(await checkWebcontainers(options(never))).toBe(NOT_RUN)
  expect(said).toEqual([
    expect.stringMatching(/^not run: http:\/\/127\.0\.0\.1:\d+\/ cannot be reached from this machine \(ECONNREFUSED\)/),
  ])
  expect(readdirSync(results)).toEqual([])
})

test('Where there is no browser nothing is run either', async () => {
  expect(await checkWebcontainers({ ...options(never), browser: () => Promise.resolve(undefined) })).toBe(NOT_RUN)
  expect(said).toEqual([expect.stringMatching(/^not run: there is no Chrome or Chromium/)])
})

test('A run leaves a report with its date, and passes only where every test of it did', async () => {
  expect(await checkWebcontainers(options(() => Promise.resolve({ code: 0, json: ran(0) })))).toBe(0)
  const [file = ''] = readdirSync(results)
  expect(file).toMatch(/^webcontainers-\d{4}-\d\d-\d\d-\d\d-\d\d-\d\d\.md$/)
  const report = readFileSync(join(results, file), 'utf8')
  expect(report).toContain('against: https://stackblitz.com/')
  expect(report).toContain('- 2 passed, 0 failed, 0 skipped')
})

test('A run with a failure, or one that broke off, is told as that', async () => {
  expect(await checkWebcontainers(options(() => Promise.resolve({ code: 1, json: ran(1) })))).toBe(1)
  const [file = ''] = readdirSync(results)
  expect(readFileSync(join(results, file), 'utf8')).toMatch(/## FAILED contract first\n\n```\nit was otherwise/)
  expect(await checkWebcontainers(options(() => Promise.resolve({ code: 0, json: undefined })))).toBe(1)
})
