/** What a path is to the gate, by its name alone; links are resolved before. */
export type PathClass = 'workspace' | 'scratch' | 'outside' | 'secret-file' | 'policy-file' | 'vcs-internal'

const ROOT = '/workspace'

/** `path` as the sandbox would open it from `cwd`: absolute, without `.` and `..`. */
export function absolutePath(path: string, cwd = ROOT): string {
  const parts: string[] = []
  for (const part of (path.startsWith('/') ? path : `${cwd}/${path}`).split('/')) {
    if (part === '..') parts.pop()
    else if (part !== '' && part !== '.') parts.push(part)
  }
  return `/${parts.join('/')}`
}

/**
 * Judged after NFC and case folding: on the disk that a folder may come from, `.ENV` is `.env`. A file that is not there yet is what it will be.
 * @param path absolute, without `.` and `..`
 */
export function pathClass(path: string): PathClass {
  const name = plainName(path)
  if (name !== ROOT && !name.startsWith(`${ROOT}/`)) return /^\/(?:tmp|dev|var\/tmp|home\/user)(?:\/|$)/.test(name) ? 'scratch' : 'outside'
  const inside = name.slice(ROOT.length + 1)
  if (POLICY.some((pattern) => pattern.test(inside))) return 'policy-file'
  if (/(^|\/)\.git(\/|$)/.test(inside)) return 'vcs-internal'
  if (SECRET.some((pattern) => pattern.test(inside)) && !EXAMPLE.test(inside)) return 'secret-file'
  return 'workspace'
}

/** As the least exact of disks would open it: no letters that nobody sees, one size of letters, and no dots, blanks or streams at the end of a name. */
function plainName(path: string): string {
  const seen = path.normalize('NFC').replaceAll(/\p{Default_Ignorable_Code_Point}/gu, '')
  return seen
    .toUpperCase()
    .toLowerCase()
    .replaceAll(/(?<=[^/])(?:[. ]+|:[^/]*)(?=\/|$)/g, '')
}

/** What tells an agent, an editor or git what to do or to run: whoever may write it decides what happens next. */
const POLICY: readonly RegExp[] = [
  /(^|\/)\.git\/(?:hooks|config(?:\.worktree)?|info\/attributes|(?:modules|worktrees)\/.*\/(?:hooks|config(?:\.worktree)?))(\/|$)/,
  /(^|\/)(?:agents|claude|gemini|copilot-instructions)(?:\.local)?\.md$/,
  /(^|\/)\.(?:cursorrules|windsurfrules|clinerules|mcp\.json)$/,
  /(^|\/)mcp\.json$/,
  /(^|\/)\.(?:claude|agents?|cursor|codex|gemini|opencode|vscode|idea|husky|devcontainer|cargo)(\/|$)/,
  /(^|\/)\.tabwright\/(?!output(\/|$))/,
  /(^|\/)\.(?:gitmodules|gitattributes|yarnrc|yarnrc\.yml|pnpmfile\.cjs|envrc|bashrc|bash_profile|profile|zshrc)$/,
]

const SECRET: readonly RegExp[] = [
  /(^|\/)\.env(?:\.[^/]*)?$/,
  /(^|\/)\.(?:npmrc|netrc|pypirc|pgpass|git-credentials|htpasswd)$/,
  /(^|\/)\.(?:ssh|aws|gnupg|kube|docker)(\/|$)/,
  /(^|\/)id_(?:rsa|dsa|ecdsa|ed25519)[^/]*$/,
  /\.(?:pem|key|p12|pfx|jks|keystore|kdbx)$/,
  /(^|\/)(?:credentials|secrets?)(?:\.(?:json|ya?ml|toml|ini|txt|env))?$/,
  /(^|\/)(?:service-account|gcloud)[^/]*\.json$/,
]
const EXAMPLE = /\.(?:example|sample|template|dist|defaults?|pub)$/

const IS: Readonly<Record<PathClass, string>> = {
  workspace: 'is a file of the project',
  scratch: 'is a file of the sandbox',
  outside: 'is outside the workspace',
  'secret-file': 'may hold secrets',
  'policy-file': 'says what tools do or run',
  'vcs-internal': 'belongs to git itself',
}

/** A clause for a person: `.env may hold secrets`, `notes.md leads to .env, which may hold secrets`. */
export function classText(path: string, kind: PathClass, real = path): string {
  return real === path ? `${inside(path)} ${IS[kind]}` : `${inside(path)} leads to ${inside(real)}, which ${IS[kind]}`
}

/** A path as a person knows it. */
export function inside(path: string): string {
  return path.startsWith(`${ROOT}/`) ? path.slice(ROOT.length + 1) : path
}
