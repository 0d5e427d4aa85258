import { homedir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { readConfig, type Config, type Environment } from './config'

function config(argv: readonly string[] = [], environment: Environment = {}): Config {
  const parsed = readConfig(argv, environment, '/build/dist')
  if (parsed.type !== 'config') throw new Error(JSON.stringify(parsed))
  return parsed.config
}

function problem(argv: readonly string[], environment: Environment = {}): string {
  const parsed = readConfig(argv, environment, '/build/dist')
  return parsed.type === 'bad' ? parsed.message : `no problem: ${parsed.type}`
}

describe('the configuration', () => {
  it('has defaults for everything', () => {
    expect(config()).toMatchObject({
      port: 7878,
      hosts: ['127.0.0.1', '::1'],
      loopbackOnly: true,
      data: join(homedir(), '.tabwright'),
      dist: '/build/dist',
      openBrowser: true,
      token: undefined,
      apiKey: undefined,
      baseUrl: undefined,
      origins: [],
      logLevel: 'warn',
    })
  })

  it('exposes to strangers what is named, by name or by what its owner says, and refuses what is neither', () => {
    const exposed = (list: string): unknown => config([], { TABWRIGHT_EXPOSE_FUNCTIONS: list }).exposed
    expect(exposed(' api::*, orders::status,public=true , tier=gold,')).toEqual({
      names: ['api::*', 'orders::status'],
      by: [
        { member: 'public', value: true },
        { member: 'tier', value: 'gold' },
      ],
    })
    expect(config().exposed).toEqual({ names: [], by: [] })
    for (const list of ['Api::*', 'a b', '=true', 'public=', 'api::*x'])
      expect(problem([], { TABWRIGHT_EXPOSE_FUNCTIONS: list })).toContain('TABWRIGHT_EXPOSE_FUNCTIONS')
    expect(problem([], { TABWRIGHT_TRIGGER_HOOK: 'Not one' })).toContain('TABWRIGHT_TRIGGER_HOOK')
  })

  it('comes from the environment, flags win, and an empty variable is none', () => {
    const environment = {
      PORT: '8000',
      TABWRIGHT_DATA: '/env/data',
      TABWRIGHT_OPEN: '0',
      TABWRIGHT_TOKEN: 't'.repeat(16),
      ANTHROPIC_API_KEY: 'sk-1',
      ANTHROPIC_BASE_URL: 'http://gpu.lan:8000/v1/',
    }
    expect(config([], environment)).toMatchObject({
      port: 8000,
      data: '/env/data',
      openBrowser: false,
      token: 't'.repeat(16),
      apiKey: 'sk-1',
      baseUrl: 'http://gpu.lan:8000/v1',
    })
    expect(config(['--port', '1', '--data', '/flag'], environment)).toMatchObject({ port: 1, data: '/flag' })
    expect(config([], { PORT: '', ANTHROPIC_API_KEY: ' ', ANTHROPIC_BASE_URL: '', TABWRIGHT_TOKEN: '' })).toMatchObject({
      port: 7878,
      apiKey: undefined,
      token: undefined,
    })
    expect(readConfig(['--help'], { PORT: 'x' }, '/d')).toEqual({ type: 'help' })
  })

  it('every spelling of "all addresses" needs the flag, a token and an origin', () => {
    const token = { TABWRIGHT_TOKEN: 't'.repeat(32) }
    for (const host of ['0.0.0.0', '0', '0x0', '00.0.0.0', '::', '[::]', '0:0:0:0:0:0:0:0', '::ffff:0.0.0.0', '*']) {
      for (const [argv, environment] of [
        [[], {}],
        [['--dangerously-bind-all'], {}],
        [['--dangerously-bind-all'], token],
        [['--origin', 'https://ide.example'], token],
      ] as const) {
        expect([host, problem(['--host', host, ...argv], environment)]).toEqual([host, expect.stringContaining('--dangerously-bind-all')])
      }
      const all = config(['--host', host, '--dangerously-bind-all', '--origin', 'https://ide.example'], token)
      expect(all).toMatchObject({ hosts: ['0.0.0.0', '::'], loopbackOnly: false, origins: ['https://ide.example'] })
    }
  })

  it('an address of the network is no loopback, and a name is no address', () => {
    expect(config(['--host', '192.168.1.5'])).toMatchObject({ hosts: ['192.168.1.5'], loopbackOnly: false })
    expect(config(['--host', '127.0.0.1'])).toMatchObject({ hosts: ['127.0.0.1'], loopbackOnly: true })
    expect(config(['--host', '[::1]'])).toMatchObject({ hosts: ['::1'], loopbackOnly: true })
    expect(problem(['--host', '127.evil.com'])).toContain('IP address')
  })

  it('each mistake is one sentence that names what is wrong', () => {
    expect(problem(['--port', '99999'])).toContain('65535')
    expect(problem([], { PORT: 'abc' })).toContain('"abc"')
    expect(problem(['--nope'])).toContain('--nope')
    expect(problem(['--origin', 'https://ide.example/path'])).toContain('scheme, host and port')
    expect(problem([], { TABWRIGHT_TOKEN: 'two words' })).toContain('TABWRIGHT_TOKEN')
    expect(config([], { TABWRIGHT_TOKEN: 'test-token' }).token).toBe('test-token')
    expect(problem(['--host', '192.168.1.5'], { TABWRIGHT_TOKEN: 'test-token' })).toContain('16 characters')
    expect(problem(['--origin', 'https://ide.example'], { TABWRIGHT_TOKEN: 'test-token' })).toContain('16 characters')
    expect(problem([], { TABWRIGHT_BACKENDS: 'orders, two words' })).toContain('"two words"')
    expect(problem([], { TABWRIGHT_BACKENDS: 'guest:1' })).toContain('TABWRIGHT_BACKENDS')
    expect(config([], { TABWRIGHT_BACKENDS: 'orders, default' }).backends).toEqual(new Set(['orders', 'default']))
    expect(problem([], { ANTHROPIC_API_KEY: 'sk 1' })).toContain('white space')
    expect(problem([], { ANTHROPIC_BASE_URL: 'gw.example' })).toContain('ANTHROPIC_BASE_URL')
    expect(problem([], { TABWRIGHT_LOG: 'loud' })).toContain('silent, error')
    expect(problem([], { ANTHROPIC_API_KEY: 'sk canary' })).not.toContain('canary')
  })
})
