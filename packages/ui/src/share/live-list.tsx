import { useState, type ReactNode } from 'react'
import type { LiveLink } from '@tabwright/protocol'
import { locale, t } from '../language'
import { Button } from '../layout/button'
import { useCopy } from '../layout/use-copy'
import { QrCode } from './qr-code'
import css from './share-session.module.css'

export interface LiveListProps {
  readonly links: readonly LiveLink[]
  readonly busy: boolean
  readonly onEnd: (id: string, how: 'ended' | 'revoked') => void
}

/** The links by which others follow a session now. */
export function LiveList({ links, ...rest }: LiveListProps): ReactNode {
  return (
    <ul aria-label={t('Live links to this session')} className={css['links']}>
      {links.map((link) => (
        <Live key={link.id} link={link} {...rest} />
      ))}
    </ul>
  )
}

function Live({ link, busy, onEnd }: Omit<LiveListProps, 'links'> & { readonly link: LiveLink }): ReactNode {
  const { id, address } = link
  const copy = useCopy(address)
  const [isCode, setCode] = useState(false)
  return (
    <li>
      <input type="text" readOnly aria-label={t('Live link')} value={address} onFocus={(event) => event.target.select()} />
      <div className={css['actions']}>
        <span role="status" className={css['figures']} data-live={link.state}>
          {figures(link)}
        </span>
        <Button onPress={copy.run}>{copy.label}</Button>
        <Button onPress={() => setCode(!isCode)}>{isCode ? t('Hide QR code') : t('QR code')}</Button>
        <Button disabled={busy} onPress={() => onEnd(id, 'ended')}>
          {t('End')}
        </Button>
        <Button look="danger" disabled={busy} onPress={() => onEnd(id, 'revoked')}>
          {t('Revoke')}
        </Button>
      </div>
      {isCode && <QrCode text={address} label={t('QR code of the link')} />}
    </li>
  )
}

const time = (at: number): string => new Date(at).toLocaleString(locale(), { dateStyle: 'medium', timeStyle: 'short' })

function figures({ state, viewers, expires, problem }: LiveLink): string {
  if (state === 'behind') return t('Live, and behind: {problem}', { problem: problem ?? t('the relay is not reached.') })
  if (state === 'starting') return t('Live: beginning …')
  const until = expires === 0 ? t('Live until it is ended') : t('Live until {time}', { time: time(expires) })
  return viewers === undefined ? until : `${until} · ${looking(viewers)}`
}

function looking(viewers: number): string {
  if (viewers === 0) return t('nobody looks on')
  return viewers === 1 ? t('1 looks on') : t('{viewers} look on', { viewers })
}
