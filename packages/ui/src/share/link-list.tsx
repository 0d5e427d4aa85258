import { useState, type ReactNode } from 'react'
import type { SharedLink } from '@tabwright/protocol'
import { Visible } from '../approvals/exact-request'
import { Button } from '../layout/button'
import { plural } from '../language'
import { useCopy } from '../layout/use-copy'
import { QrCode } from './qr-code'
import css from './share-session.module.css'

export interface LinkListProps {
  /** What they lead to. */
  readonly label: string
  readonly links: readonly SharedLink[]
  readonly busy: boolean
  /** Of several sessions: each says which. */
  readonly named?: boolean
  /** Gives a link the content that was just looked at; undefined while there is none. */
  readonly onUpdate: ((id: string) => void) | undefined
  readonly onRevoke: (id: string) => void
}

/** The links to sessions that were made in this browser. */
export function LinkList({ links, label, ...rest }: LinkListProps): ReactNode {
  return (
    <ul aria-label={label} className={css['links']}>
      {links.map((link) => (
        <Link key={link.id} link={link} {...rest} />
      ))}
    </ul>
  )
}

function Link({
  link,
  busy,
  named = false,
  onUpdate,
  onRevoke,
}: Omit<LinkListProps, 'links' | 'label'> & { readonly link: SharedLink }): ReactNode {
  const { id, address, state } = link
  const copy = useCopy(address)
  const [isCode, setCode] = useState(false)
  return (
    <li>
      {named && (
        <strong>
          <Visible text={link.title} />
        </strong>
      )}
      <input type="text" readOnly aria-label="Share link" value={address} onFocus={(event) => event.target.select()} />
      <div className={css['actions']}>
        <span className={css['figures']}>{figures(link)}</span>
        <Button disabled={state !== 'open'} onPress={copy.run}>
          {copy.label}
        </Button>
        <Button disabled={state !== 'open'} onPress={() => setCode(!isCode)}>
          {isCode ? 'Hide QR code' : 'QR code'}
        </Button>
        {!named && (
          <Button disabled={busy || onUpdate === undefined || state === 'revoked'} onPress={() => onUpdate?.(id)}>
            Update
          </Button>
        )}
        <Button look="danger" disabled={busy} onPress={() => onRevoke(id)}>
          Revoke
        </Button>
      </div>
      {isCode && state === 'open' && <QrCode text={address} label="QR code of the link" />}
    </li>
  )
}

const day = (at: number): string => new Date(at).toLocaleString('en', { dateStyle: 'medium', timeStyle: 'short' })

function figures({ at, expires, opens, state }: SharedLink): string {
  if (state === 'revoked') return 'Revoked'
  if (state === 'expired') return `Over since ${day(expires)}`
  if (state === 'unknown') return 'The relay does not have it any more'
  const until = expires === 0 ? 'until it is revoked' : `until ${day(expires)}`
  const opened = opens === undefined ? '' : ` · opened ${opens === 0 ? 'by nobody yet' : plural(opens, 'time')}`
  return `As of ${day(at)}, opens ${until}${opened}`
}
