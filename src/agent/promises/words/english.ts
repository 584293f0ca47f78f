import { anyOf, type PromiseWords } from '../promise-words.ts';

const thing =
  '(?:appointments?|meetings?(?! rooms?)|bookings?|visits?|demos?|demonstrations?|calls?|consultations?|reservations?|sessions?|viewings?|tables?|test drives?|lessons?|slots?|spots?|places?|seats?|check-?ups?|treatments?)';
const surely = '(?:appointments?|meetings?(?! rooms?)|bookings?|reservations?)';
const theOne =
  '(?:the|that|this|your) (?:(?:old|new|other|first|second|third|last|next|previous|earlier|later|original|existing|\\w+day)(?: one\\b|(?=$|[,.!;]))|one (?:on|at|for|from)\\b)';
const now =
  '(?:(?:now|just|already|also|gladly|successfully|officially|hereby|all|both) |gone ahead and )*';
const have = `(?:i|we)(?:'ve| have| went ahead and)? ${now}`;
const will = `(?:i|we)(?:'ll| will) (?:now |just |gladly |also |quickly |go ahead and )*`;
const am = `(?:i'm|i am|we're|we are) (?:now |just )?`;
const subject = `(?:your (?:\\S+ ){0,3}?${thing}|(?:the|this|our) (?:\\S+ )?${surely})(?: [^,;]{1,60}?)?`;
const day =
  '(?:mon|tues|wednes|thurs|fri|satur|sun)day|tomorrow|today|tonight|the \\d|\\d|(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)';
const person =
  '(?:colleagues?|persons?|human|team|staff|specialists?|experts?|agents?|advis[eo]rs?|managers?|somebody|someone|people)';
const link = '(?:link|button)s?';

export const english: PromiseWords = {
  denies: /\b(?:not|never|no|none|nothing|cannot|nobody|without|neither)\b|n't\b/,
  supposes:
    /\b(?:if|once|when|whenever|as soon as|after you|before|unless|until|would|could|should|shall|might|want me|tell me|let me know|send me|give me|just say|reply|suppose)\b/,
  depends:
    /\b(?:once|as soon as|only (?:if|when|after)|until|unless|when you|after you|provided|if you (?:confirm|reply|say|pay|answer|agree|do|are))\b/,
  says: {
    booked: {
      done: anyOf(
        `${have}(?:booked|reserved|scheduled|pencill?ed)(?! out| up| parking| seating| spaces)`,
        `${have}(?:arranged|confirmed|secured|set up|made|locked in|organi[sz]ed|fixed) (?:you |for you )?(?:\\S+ ){0,4}?${thing}`,
        `(?:i|we)(?:'ve got| have(?: got)?|'ve put| put|'ve) you (?:down|booked|scheduled)`,
        `${have}(?:put|added|entered) (?:it|that|this|you|(?:your|the) (?:\\S+ )?${thing}) (?:in|into|on|to|down)`,
        `${have}(?:sent|emailed) (?:you )?(?:a|an|the|your) (?:calendar |google |meeting )*(?:invite|invitation)`,
        `(?:${subject}|it|that|everything) ?(?:has|have|'s) ${now}been ${now}(?:booked|scheduled|reserved|confirmed|made|arranged|set)(?! by)`,
        `(?<=^|[!,:] )(?:(?:ok|okay|great|perfect|done|all|yes)[,!:]? )*(?:booked|confirmed|reserved|scheduled)(?=$|[!,:;.]| for | you | in )`,
      ),
      will: anyOf(
        `${will}(?:book|schedule|reserve|pencil|put you down|get you booked|set up (?:the|your|a) (?:\\S+ )?${thing})`,
        `${am}(?:booking|scheduling|reserving)`,
        `you(?:'ll| will) (?:soon |shortly |now )?(?:receive|get) (?:a|an|the|your) (?:calendar |google |meeting )*(?:invite|invitation)`,
      ),
    },
    stands: {
      done: anyOf(
        `${subject}(?:'s| is| are| stands) ${now}(?:booked|confirmed|scheduled|set|reserved|fixed|in (?:the|our|your) calendar)`,
        `your (?:\\S+ )?${surely}(?:'s| is) (?:now )?(?:on|for|at|this|next|tomorrow|today) ?(?:\\d|${day})`,
        `you(?:'re| are) ${now}(?:booked|scheduled|confirmed|set (?:up )?for|down for|on the (?:calendar|list))(?! out)`,
        `(?:it|that|everything)(?:'s| is) (?:now |all )*(?:booked|confirmed|scheduled|reserved)(?! by| for (?:an)?other| out| already)`,
        `(?:see(?:ing)?|meet|expect(?:ing)?) you (?:then )?(?:on |this |next )*(?:${day})[^,;]{0,30}? at \\d+\\w*`,
      ),
    },
    moved: {
      done: anyOf(
        `${have}(?:moved|rescheduled|shifted|pushed|postponed|changed|switched|brought forward) (?:you\\b|it|that|this|them|your|both|(?:the |our )?(?:\\S+ )?${surely}|${theOne})`,
        `${have}rescheduled`,
        `(?:${subject}|it|that) ?(?:has|have|'s|is|are|was successfully)(?: (?:now|already|been|just|also|successfully))* (?:moved|rescheduled|shifted|postponed|changed|switched|brought forward)`,
        `(?<=^|[!,:] )(?:(?:done|great|perfect|ok)[,!:]? )*(?:moved|rescheduled)(?=$|[!,:;.]| to | for )`,
      ),
      will: anyOf(
        `${will}(?:move|reschedule|shift|postpone|change) (?:you\\b|it|that|them|your|the (?:\\S+ )?${surely}|${theOne})`,
        `${am}(?:moving|rescheduling) (?:you\\b|it|that|your|the)`,
      ),
    },
    cancelled: {
      done: anyOf(
        `${have}(?:cancell?ed|called off|deleted|removed) (?:it|that|this|them|your|both|(?:the |our )?(?:\\S+ )?${surely}|${theOne})`,
        `(?:${subject}|it|that) ?(?:has|have|'s|is|are|was successfully)(?: (?:now|already|been|just|also|successfully))* (?:cancell?ed|called off)`,
        `(?<=^|[!,:] )(?:(?:done|great|perfect|ok)[,!:]? )*cancell?ed(?=$|[!,:;.])`,
      ),
      will: anyOf(
        `${will}(?:cancel|call off) (?:it|that|them|your|both|the (?:\\S+ )?${surely}|${theOne})`,
        `${am}cancell?ing (?:it|that|your|the)`,
      ),
    },
    handed_over: {
      done: anyOf(
        `${have}(?:passed|forwarded|handed|transferred|escalated|referred|asked|notified|informed|alerted|told)\\b[^,;?]{0,50}\\b${person}`,
        `(?:(?:a|an|one of|our|my|the|another) (?:\\S+ ){0,3})?${person} (?:\\S+ )?(?:is|are) taking over`,
      ),
      will: anyOf(
        `(?:(?:a|an|one of|our|my|the|another) (?:\\S+ ){0,3})?${person} (?:[^,;]{0,40} )?(?:will|is going to|are going to)(?: then| now| soon| shortly| also| gladly| personally)* (?:take (?:it |this )?over|take care of (?:it|this)|be in touch|get in touch|contact you|reach out|get back to you|write (?:to )?you|message you|call you|follow up|join (?:this|the|us)|be with you)`,
        `${will}(?:pass|hand|transfer|forward|escalate|connect|refer)\\b[^,;?]{0,50}\\b${person}`,
        `${am}(?:passing|handing|transferring|forwarding|escalating|connecting)\\b[^,;?]{0,50}\\b${person}`,
      ),
    },
    offered_link: {
      done: anyOf(
        `${link} (?:right |just )?(?:below|underneath|beneath)`,
        `here(?:'s| is|'re| are) (?:\\S+ ){0,3}?${link}(?! in)`,
        `(?:tap|click|press|use|follow) (?:on )?(?:the|this|that) (?:\\S+ )?${link}(?! in| you)`,
        `${have}(?:sent|added|attached|included|put|shared) (?:you )?(?:a|the) (?:\\S+ )?${link}`,
      ),
    },
  },
};
