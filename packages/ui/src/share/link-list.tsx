import { useState, type ReactNode } from 'react'
import type { SharedLink } from '@tabwright/protocol'
import { Visible } from '../approvals/exact-request'
import { Button } from '../layout/button'
import { locale, plural, t } from '../language'
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
      <input type="text" readOnly aria-label={t('Share link')} value={address} onFocus={(event) => event.target.select()} />
      <div className={css['actions']}>
        <span className={css['figures']}>{figures(link)}</span>
        <Button disabled={state !== 'open'} onPress={copy.run}>
          {copy.label}
        </Button>
        <Button disabled={state !== 'open'} onPress={() => setCode(!isCode)}>
          {isCode ? t('Hide QR code') : t('QR code')}
        </Button>
        {!named && (
          <Button disabled={busy || onUpdate === undefined || state === 'revoked'} onPress={() => onUpdate?.(id)}>
            {t('Update')}
          </Button>
        )}
        <Button look="danger" disabled={busy} onPress={() => onRevoke(id)}>
          {t('Revoke')}
        </Button>
      </div>
      {isCode && state === 'open' && <QrCode text={address} label={t('QR code of the link')} />}
    </li>
  )
}

const day = (at: number): string => new Date(at).toLocaleString(locale(), { dateStyle: 'medium', timeStyle: 'short' })

function figures({ at, expires, opens, state }: SharedLink): string {
  if (state === 'revoked') return t('Revoked')
  if (state === 'expired') return t('Over since {day}', { day: day(expires) })
  if (state === 'unknown') return t('The relay does not have it any more')
  const until =
    expires === 0
      ? t('As of {at}, opens until it is revoked', { at: day(at) })
      : t('As of {at}, opens until {until}', { at: day(at), until: day(expires) })
  if (opens === undefined) return until
  return `${until} · ${opens === 0 ? t('opened by nobody yet') : t('opened {times}', { times: plural(opens, 'time') })}`
}
