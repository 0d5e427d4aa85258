import { useEffect, useState, type ReactNode } from 'react'
import { Popover } from '@base-ui/react/popover'
import { locale, t } from '../language'
import { Button } from '../layout/button'
import type { TaintChipProps } from './taint-chip'
import type { TaintView } from './taint-words'
import styles from './taint.module.css'

interface TaintPopupProps extends TaintChipProps {
  readonly view: TaintView
  /** What the chip shows. */
  readonly children: ReactNode
}

/** What set each bit and when, and the ways to take one away. It comes with the first press on the chip, and is then open at once. */
export function TaintPopup({ taint, view, onNetwork, findFork, onFork, children }: TaintPopupProps): ReactNode {
  const [open, setOpen] = useState(true)
  const place = useForkPlace(open ? taint.private?.seq : undefined, findFork)
  const choose = (act: () => void): void => {
    setOpen(false)
    act()
  }
  return (
    <Popover.Root open={open} onOpenChange={setOpen}>
      <Popover.Trigger className={styles['chip']} data-level={view.level} aria-label={view.label}>
        {children}
      </Popover.Trigger>
      <Popover.Portal>
        <Popover.Positioner className={styles['positioner']} side="bottom" align="end" sideOffset={8}>
          <Popover.Popup className={styles['popup']}>
            <Popover.Title className={styles['title']}>{t('What came together here')}</Popover.Title>
            <p>{t(ABOUT[view.level])}</p>
            <dl className={styles['legs']}>
              {view.legs.map(({ name, leg, none }) => (
                <div key={name} data-set={leg !== undefined}>
                  <dt>{name}</dt>
                  <dd>
                    {leg === undefined ? none : leg.source}
                    {leg !== undefined && <time dateTime={new Date(leg.at).toISOString()}>{whenOf(leg.at)}</time>}
                  </dd>
                </div>
              ))}
            </dl>
            <div className={styles['actions']}>
              {onNetwork !== undefined && (
                <Button onPress={() => choose(() => onNetwork(taint.isClosed))}>
                  {t(taint.isClosed ? 'Open the network' : 'Close the network')}
                </Button>
              )}
              {place !== undefined && <Button onPress={() => choose(() => onFork(place))}>{t('Fork without the private part')}</Button>}
            </div>
          </Popover.Popup>
        </Popover.Positioner>
      </Popover.Portal>
    </Popover.Root>
  )
}

const ABOUT = {
  calm: 'None of this is forgotten while the session lives, also not by going back. Together with the rest of it, every request to the network asks.',
  asks: 'What others wrote could tell the agent to send what is private. So every request asks, whatever rules allow, and no secret leaves.',
  closed: 'Nothing leaves this session until you open the network again. Commands are told so.',
  alarm:
    'The decoy token opens nothing and is of no use to anybody. Whoever tried to send it takes what it finds: look at what the session read last, and close the network where you are not sure.',
} as const

function whenOf(at: number): string {
  return new Date(at).toLocaleString(locale(), { dateStyle: 'short', timeStyle: 'short' })
}

function useForkPlace(before: number | undefined, find: TaintChipProps['findFork']): number | undefined {
  const [place, setPlace] = useState<number>()
  useEffect(() => {
    if (before === undefined) return undefined
    let isOver = false
    find(before)
      .then((found) => !isOver && setPlace(found))
      .catch(reportError)
    return () => {
      isOver = true
    }
  }, [before, find])
  return before === undefined ? undefined : place
}
