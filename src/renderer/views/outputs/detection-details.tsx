import type { ReactNode } from 'react';
import type { DetectionHead } from '../../../shared/output-stage.ts';
import { Detections } from './detections.tsx';
import { NmsWalk } from './nms-walk.tsx';
import { UnmapFindings } from './unmap-findings.tsx';

/** Both sides' boxes, how they are brought back to the picture, and how they were suppressed. */
export function DetectionDetails({ head }: { readonly head: DetectionHead }): ReactNode {
  const { raw, matching, labels, unmap, nms } = head;
  return (
    <>
      {matching === undefined ? null : <Detections matching={matching} />}
      {labels === undefined ? null : <p>{labels.text}</p>}
      <UnmapFindings findings={unmap} />
      {nms === undefined ? null : <NmsWalk audit={nms} />}
      {raw === undefined ? null : <p className="soft">{raw.text}</p>}
    </>
  );
}
