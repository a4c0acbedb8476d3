import { Button } from '@mantine/core'
import { useState } from 'react'
import { useCall } from '../live/call.ts'
import { Failure } from '../look/failure.tsx'
import { Dialog } from '../look/dialog.tsx'
import { Why } from './why.tsx'

/** Opens the decision behind a step, where one is kept. */
export function WhyButton({ workload, decisionId }: { workload: string; decisionId: string }) {
  const [open, setOpen] = useState(false)
  return (
    <>
      <Button size="compact-xs" onClick={() => setOpen(true)}>
        Why
      </Button>
      {open && <WhyDialog workload={workload} decisionId={decisionId} onClose={() => setOpen(false)} />}
    </>
  )
}

type WhyDialogProps = { workload: string; decisionId: string; onClose: () => void }

function WhyDialog({ workload, decisionId, onClose }: WhyDialogProps) {
  const found = useCall('workloadDecisions', { ref: workload, query: { limit: 100 } })
  const decision = found.data?.items.find((each) => each.id === decisionId)
  return (
    <Dialog onClose={onClose} title={`Why ${workload}`} size="lg">
      {found.isError && found.data === undefined ? (
        <Failure error={found.error} doing="read the decision" again={() => void found.refetch()} />
      ) : decision === undefined ? (
        <p className="faint">{found.isPending ? 'Reading…' : 'This decision is no longer kept.'}</p>
      ) : (
        <Why decision={decision} />
      )}
    </Dialog>
  )
}
