import { existsSync } from 'node:fs'
import { run, seconds } from './steps.mjs'

const INSTALLED = ['/usr/bin/firefox-esr', '/usr/bin/firefox', '/Applications/Firefox.app/Contents/MacOS/firefox']

/** Path of a Firefox to drive: `TABWRIGHT_FIREFOX`, or an installed one; undefined when there is none. */
export function findFirefox() {
  const named = process.env['TABWRIGHT_FIREFOX']
  if (named) return existsSync(named) ? named : undefined
  return INSTALLED.find((path) => existsSync(path))
}

/**
 * Makes sure that there is a Firefox for the journeys that run in it. As root on Debian it installs one; elsewhere it says that they are
 * left out, and why.
 * @returns {Promise<boolean>} whether there is one
 */
export async function provideFirefox() {
  if (findFirefox() !== undefined) return true
  const named = process.env['TABWRIGHT_FIREFOX']
  const isDebianRoot = process.platform === 'linux' && existsSync('/etc/debian_version') && process.getuid?.() === 0
  if (named || !isDebianRoot) {
    const why = named
      ? `TABWRIGHT_FIREFOX names ${named}, which does not exist`
      : 'it is not installed (Debian: apt-get install firefox-esr)'
    console.log(`No journey runs in Firefox: ${why}.`)
    return false
  }
  console.log('Installing Firefox (apt-get) …')
  const env = { DEBIAN_FRONTEND: 'noninteractive' }
  const updated = await run('apt-get', ['update', '-qq'], { env })
  const installed = await run('apt-get', ['install', '-y', '-qq', '--no-install-recommends', 'firefox-esr'], { env })
  if (installed.code === 0) {
    console.log(`Installed firefox-esr in ${seconds(updated.ms + installed.ms)}`)
    return true
  }
  console.log(`${updated.output}${installed.output}`.trimEnd())
  console.log('No journey runs in Firefox: apt-get install firefox-esr failed.')
  return false
}
