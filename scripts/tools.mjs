import { spawnSync } from 'node:child_process'
import { aptInstall, isDebianRoot } from './apt.mjs'

/** The real tools that the shell is compared with and that tests start, and the Debian package that each is in. */
const TOOLS = {
  git: 'git',
  gawk: 'gawk',
  rg: 'ripgrep',
  tree: 'tree',
  jq: 'jq',
  curl: 'curl',
  wget: 'wget',
  zip: 'zip',
  unzip: 'unzip',
  bc: 'bc',
  dc: 'dc',
  xxd: 'xxd',
  patch: 'patch',
  file: 'file',
  shasum: 'perl',
  less: 'less',
  column: 'bsdextrautils',
  bzip2: 'bzip2',
  xz: 'xz-utils',
  dos2unix: 'dos2unix',
  envsubst: 'gettext-base',
  cal: 'ncal',
  bwrap: 'bubblewrap',
  // Comes with the library of the guide's worker in Python.
  wsdump: 'python3-websocket',
}

/** Which of them are not on this machine. */
function missingTools() {
  return Object.entries(TOOLS).filter(([name]) => spawnSync('sh', ['-c', `command -v ${name}`]).status !== 0)
}

/**
 * Makes sure that there is something to compare the shell with. As root on Debian it installs what is missing; elsewhere it says what is, and
 * the comparisons that need it are skipped with that reason.
 */
export async function provideTools() {
  const missing = missingTools()
  if (missing.length === 0) return
  const packages = missing.map(([, name]) => name)
  if (!isDebianRoot()) {
    console.log(
      `Not compared with or tried, because it is not installed: ${missing.map(([name]) => name).join(', ')} (Debian: apt-get install ${packages.join(' ')})`,
    )
    return
  }
  await aptInstall(packages)
  const still = missingTools().map(([name]) => name)
  if (still.length > 0) console.log(`Comparisons with ${still.join(', ')} are skipped: not installed.`)
}
