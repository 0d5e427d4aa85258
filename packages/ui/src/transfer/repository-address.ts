import { t } from '../language'
/** An address that can be cloned in a tab, and what its folder would be called; or what is the matter with it. */
export type RepositoryAddress =
  | { readonly type: 'address'; readonly url: string; readonly name: string }
  | { readonly type: 'problem'; readonly message: string }

const problem = (message: string): RepositoryAddress => ({ type: 'problem', message })

/** Reads what a person typed or pasted: an address over https, or `owner/name` for GitHub. */
export function repositoryAddress(typed: string): RepositoryAddress {
  const text = typed.trim()
  if (text === '') return problem(t('Enter the address of a repository, for example https://github.com/owner/name.'))
  if (/^[\w.-]+\/[\w.-]+$/.test(text)) return repositoryAddress(`https://github.com/${text}`)
  const ssh = /^(?:ssh:\/\/)?[\w.-]+@([\w.-]+)(?::\d+\/|[:/])(.+)$/.exec(text)
  if (ssh !== null)
    return problem(t('A tab cannot speak ssh. Over https it is https://{host}/{path}', { host: ssh[1] ?? '', path: ssh[2] ?? '' }))
  if (!URL.canParse(text)) return problem(t('That is no address. One looks like https://github.com/owner/name.'))
  const url = new URL(text)
  if (url.protocol !== 'https:' && url.protocol !== 'http:')
    return problem(t('A tab cannot speak {protocol}: the address must begin with https://.', { protocol: url.protocol.slice(0, -1) }))
  if (url.username !== '' || url.password !== '')
    return problem(t('Leave the token out of the address, where histories and logs keep it: enter it in Settings › Git hosts.'))
  const name = decodedName(url.pathname.replace(/\/+$/, '').split('/').at(-1) ?? '').replace(/\.git$/, '')
  return name === '' ? problem(t('The address names a server and no repository on it.')) : { type: 'address', url: url.href, name }
}

function decodedName(segment: string): string {
  try {
    return decodeURIComponent(segment)
  } catch (error) {
    if (error instanceof URIError) return segment
    throw error
  }
}

/** The command that brings a repository into an empty workspace, for a shell. */
export function cloneCommand(url: string): string {
  return `git clone -- '${url.replaceAll("'", "'\\''")}' .`
}
