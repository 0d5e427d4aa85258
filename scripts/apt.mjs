import { existsSync } from 'node:fs'
import { run, seconds } from './steps.mjs'

/** Whether packages may be installed here without asking anybody. */
export const isDebianRoot = () => process.platform === 'linux' && existsSync('/etc/debian_version') && process.getuid?.() === 0

/**
 * Installs packages of Debian, and says how long it took or why not.
 * @param {readonly string[]} packages
 * @returns {Promise<boolean>} whether they are there now
 */
export async function aptInstall(packages) {
  const env = { DEBIAN_FRONTEND: 'noninteractive' }
  console.log(`Installing ${packages.join(', ')} (apt-get) …`)
  const updated = await run('apt-get', ['update', '-qq'], { env })
  const installed = await run('apt-get', ['install', '-y', '-qq', '--no-install-recommends', ...packages], { env })
  if (installed.code === 0) {
    console.log(`Installed in ${seconds(updated.ms + installed.ms)}`)
    return true
  }
  console.error(`${updated.output}${installed.output}`.trimEnd())
  console.error(`apt-get install ${packages.join(' ')} failed.`)
  return false
}
