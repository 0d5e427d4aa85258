import { existsSync } from 'node:fs'
import { aptInstall, isDebianRoot } from './apt.mjs'

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
  if (named || !isDebianRoot()) {
    const why = named
      ? `TABWRIGHT_FIREFOX names ${named}, which does not exist`
      : 'it is not installed (Debian: apt-get install firefox-esr)'
    console.log(`No journey runs in Firefox: ${why}.`)
    return false
  }
  if (await aptInstall(['firefox-esr'])) return true
  console.log('No journey runs in Firefox.')
  return false
}
