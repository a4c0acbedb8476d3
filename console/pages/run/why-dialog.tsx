import { useCall } from '../../live/call.ts'
import { Dialog } from '../../look/dialog.tsx'
import { Failure } from '../../look/failure.tsx'
import { Why } from '../../why/why.tsx'
import { span } from '../../words/time.ts'

type WhyInRunProps = { run: string; policy: string; seed: number; workload: string; onClose: () => void }

/** Why a workload went where it did in a run. Nothing of it was kept: the run is made again up to there, and asked. */
export function WhyInRun({ run, policy, seed, workload, onClose }: WhyInRunProps) {
  const found = useCall('runWhy', { ref: run, query: { policy, seed, workload } })
  return (
    <Dialog onClose={onClose} title={`Why ${workload} under ${policy}`} size="lg">
      {found.isError && found.data === undefined ? (
        <Failure
          error={found.error}
          doing={`say why ${workload} is where it is`}
          again={() => void found.refetch()}
        />
      ) : found.data === undefined ? (
        <p className="faint" role="status">
          The run is made again up to there…
        </p>
      ) : (
        <div className="stack">
          <p className="quiet">
            {found.data.atSeconds === 0
              ? 'At the beginning of the run.'
              : `After ${span(found.data.atSeconds)} of simulated time.`}
          </p>
          <Why decision={found.data} simulated />
        </div>
      )}
    </Dialog>
  )
}
